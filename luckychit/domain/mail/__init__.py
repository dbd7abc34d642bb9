"""Letters: what is sent by e-mail, kept as rows until it is sent.

Owns the table mails (the outbox). What always holds: a letter is written in the
transaction of what it tells, so it is sent if and only if that happened; sending is tried
again until it succeeds or has been tried for three days; a letter is never sent by two
workers at once.
"""
