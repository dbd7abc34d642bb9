"""Checking any bundle in one's own browser."""
