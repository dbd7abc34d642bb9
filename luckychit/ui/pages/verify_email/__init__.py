"""Where the letter about an e-mail address leads: it is confirmed here, by a press."""
