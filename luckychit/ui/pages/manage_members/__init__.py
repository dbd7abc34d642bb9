"""The people a manager knows."""
