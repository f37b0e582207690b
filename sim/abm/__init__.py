"""How enterprises move: a Mesa model over columns, one file a process."""
