"""The manager's first page: what stands where, and what to do next."""
