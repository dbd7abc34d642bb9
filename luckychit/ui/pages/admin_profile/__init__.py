"""The own account of an administrator."""
