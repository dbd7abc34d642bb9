"""The administrator's page: organisers and their first passwords."""
