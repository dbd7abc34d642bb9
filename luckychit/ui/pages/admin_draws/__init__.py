"""The administrator's page of daily draws: every step, when it was due, what is late."""
