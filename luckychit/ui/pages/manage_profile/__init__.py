"""The own account of a manager."""
