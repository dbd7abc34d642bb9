"""Signing in: a native form, so that the cookie never passes through script."""
