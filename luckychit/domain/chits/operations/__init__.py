"""Writes of the circles, in the caller's transaction; private to the domain."""
