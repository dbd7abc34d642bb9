"""A numbered receipt for whoever holds its link; made to be printed."""
