"""Public routes, a module per slice."""
