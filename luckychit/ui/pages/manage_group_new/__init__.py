"""A new circle, with its arithmetic while typing."""
