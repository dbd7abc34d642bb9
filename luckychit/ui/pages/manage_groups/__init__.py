"""The manager's circles as a list."""
