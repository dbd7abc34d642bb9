"""The own account, as members, managers and admins have it on their own pages."""
