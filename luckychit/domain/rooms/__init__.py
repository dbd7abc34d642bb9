"""Rooms: private draws among people who know a code.

Owns the tables lobbies and lobby_members; the draw, its tickets and its money are those
of the slice tickets. Invariants: a room has at most ``max_participants`` (2 to 50) members,
each once; only its host starts or cancels it, the latter not after the lock; a room that
was not started by its expiry is paid back.
"""
