"""The manager's groups as a list."""
