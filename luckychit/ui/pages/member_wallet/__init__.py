"""A member's wallet: what it holds and every movement."""
