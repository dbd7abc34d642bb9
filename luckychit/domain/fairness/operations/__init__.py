"""The steps of a proof, each in the caller's transaction: commit, lock, settle, void."""

from luckychit.domain.fairness.operations.ending import append_beacon, settle, void
from luckychit.domain.fairness.operations.opening import Entry, commit, lock

__all__ = ["Entry", "append_beacon", "commit", "lock", "settle", "void"]
