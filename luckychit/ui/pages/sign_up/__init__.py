"""Making an account: a native form, so that no script ever holds the session."""
