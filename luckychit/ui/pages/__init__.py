"""A folder per page: page.py draws, state.py reacts."""
