"""The audit trail: who did what to which money, member, draw or setting, and from where.

Owns the tables audit_entries and audit_links. What always holds: an entry is written in
the transaction of what it tells; nothing is ever changed or removed; entries are chained
by hashes in the order in which they became final, so that a trail with a missing or a
changed entry cannot be passed off as whole.
"""
