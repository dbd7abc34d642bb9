"""Prizes to hand over, and those handed over."""
