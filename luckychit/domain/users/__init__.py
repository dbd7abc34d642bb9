"""People: who they are, how they prove it, and who runs circles for whom.

Owns the tables users, sessions, sign_in_counters, manager_members and
self_exclusions. What always holds: a mobile number, an e-mail address or a username
belongs to one person; only hashes of passwords and session tokens are stored; a session
ends when it is revoked, after 30 days of silence, after 90 days, or when its person is
deactivated; a password that somebody else has seen expires in 7 days and must be
changed; a break from games is never shortened.
"""
