"""What it is: the typed model of an architecture and the pure things one can do with it."""
