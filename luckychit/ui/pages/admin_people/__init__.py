"""The administrator's page of all people."""
