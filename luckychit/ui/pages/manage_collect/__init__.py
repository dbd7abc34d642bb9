"""The collection sheet of today."""
