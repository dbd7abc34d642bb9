"""The API: native form posts of signing in, REST, and headers of every answer."""
