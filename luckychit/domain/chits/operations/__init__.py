"""Writes of the chit circles, in the caller's transaction; none of them commits."""
