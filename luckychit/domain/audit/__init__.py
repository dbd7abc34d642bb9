"""The audit trail: who did what to which money, member, draw or setting, and from where.

Owns the tables audit_entries and audit_links. What always holds: an entry is written in
the transaction of what it tells; nothing is ever changed or removed; entries are chained
by hashes (rules.py) in the order in which they became final, so that a trail with a
missing or a changed entry cannot be passed off as whole.

Writing takes no lock: the leader's job seals what is final, every second. Two things are
left out on purpose. A purchase of tickets has no entry: the ledger and the public log are
its record, and it is the path that a thousand people take at once. A failed sign-in has
none either: it is counted and logged, and strangers must not be able to fill the trail.
"""
