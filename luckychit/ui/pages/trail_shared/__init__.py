"""The audit trail as admins and managers see it: filter, lines, table, one entry."""
