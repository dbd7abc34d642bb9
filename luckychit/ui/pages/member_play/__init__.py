"""The member's own rules of play: limits, breaks, reminders."""
