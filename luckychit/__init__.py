"""LuckyChit: chit circles and draws whose fairness anyone can check."""
