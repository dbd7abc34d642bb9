"""The steps of a proof, each in the caller's transaction: commit, lock, settle, void."""

from luckychit.domain.fairness.operations.ending import append_beacon, settle, void
from luckychit.domain.fairness.operations.locking import Entry, lock, lock_list
from luckychit.domain.fairness.operations.opening import commit

__all__ = ["Entry", "append_beacon", "commit", "lock", "lock_list", "settle", "void"]
