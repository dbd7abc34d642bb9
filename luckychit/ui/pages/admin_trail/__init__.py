"""The administrator's page of the audit trail."""
