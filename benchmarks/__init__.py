"""How fast it is, as ratios of two times taken side by side in one process."""
