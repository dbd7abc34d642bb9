"""One circle, as its member sees it."""
