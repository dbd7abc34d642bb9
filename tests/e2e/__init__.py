"""Journeys in a real browser against the demo, as people meet it."""
