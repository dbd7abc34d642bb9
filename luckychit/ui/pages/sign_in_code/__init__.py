"""The second half of signing in: a code after the password."""
