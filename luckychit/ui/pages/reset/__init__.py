"""Asking for the letter that replaces a lost password."""
