"""Adapters to outside services; reached through wiring only."""
