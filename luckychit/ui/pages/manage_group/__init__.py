"""One group of the manager: filling seats, collecting, drawing, paying out, done."""
