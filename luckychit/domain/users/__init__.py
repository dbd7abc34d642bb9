"""People: who they are, how they prove it, and who runs circles for whom.

Owns the tables users, sessions, refresh_tokens, account_links, recovery_codes,
sign_in_counters and manager_members. What always holds: a mobile number, an e-mail address
or a username belongs to one person; only hashes of passwords and tokens are stored; a
session ends when it is revoked, after 30 days of silence, after 90 days, or when its
person is deactivated; a refresh token is used once, and whoever uses one again ends its
session; a password that somebody else has seen expires in 7 days and must be changed; whoever has
a second factor begins no session by the password alone, and no code is taken twice.
"""
