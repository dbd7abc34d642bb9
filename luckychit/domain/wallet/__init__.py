"""The wallet slice."""
