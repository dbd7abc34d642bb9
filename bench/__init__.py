"""Measurements: what the house promises in seconds and points. Not part of the product."""
