"""What you type: the script API and the command."""
