"""The letters of the demo, which has no mail server. Live mode has no such page."""
