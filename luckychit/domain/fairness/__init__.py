"""The fairness slice."""
