"""Pure rules about people: shapes of what is typed, passwords, tokens, waiting times."""
