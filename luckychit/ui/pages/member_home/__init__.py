"""The member's first page: what is owed, the circles, what happened."""
