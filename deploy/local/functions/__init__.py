"""Functions that run: AWS's own runtime client in a process of its own, spoken to as Lambda speaks to it."""
