"""The rules on an architecture, a module for each thing that they look at."""
