"""Proofs of fair draws: who may read, commit, lock, settle and check them.

Owns the tables proofs, proof_seeds, proof_log and proof_entries. Invariants, each
held by the database too: a seed exists from the moment of COMMIT and never changes;
the log is append-only and hash-chained; the list of entries is frozen at LOCK; a
status only moves forward; from LOCK on nobody can choose another result.
"""
