"""One ticket: its seal, its place in the frozen list, what came of it; for anyone."""
