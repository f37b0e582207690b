"""The month, one file a process: each reads the state, proposes, commits, and records events."""
