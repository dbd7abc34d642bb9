"""One room: its people, its pot, its draw."""
