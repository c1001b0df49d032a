"""The challenge: a file is checked, described in JSON, stored on the volume and listed."""
