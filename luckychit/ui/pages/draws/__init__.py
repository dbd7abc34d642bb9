"""All finished draws, newest first, for anyone."""
