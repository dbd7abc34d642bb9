"""A new group, with its arithmetic while typing."""
