"""The demo: the challenge runs on this machine, and a page shows files as they travel through its diagram."""
