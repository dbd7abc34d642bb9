"""What a member owes and has paid."""
