"""Where the letter about a lost password leads: the new one is chosen here."""
