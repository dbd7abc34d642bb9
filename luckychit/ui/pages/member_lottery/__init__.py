"""The draws of a member's circles, live."""
