"""A member's rooms: draws among people who know each other."""
