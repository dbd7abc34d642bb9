"""Choosing one's own password, at first sign-in or later."""
