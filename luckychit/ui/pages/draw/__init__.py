"""One draw: its proof, its replay, its downloads, for anyone."""
