"""Pages: the only room, with luckychit.py, that knows Reflex."""
