"""The business: rules, tables and use-cases; no framework, no vendor."""
