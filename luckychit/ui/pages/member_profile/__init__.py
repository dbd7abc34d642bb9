"""The member's own account."""
