"""The sub-commands, one module each: `configure` names its options, `run` does the work and returns the exit code."""
