"""The manager's page of what was done in the own circles."""
