"""Reads of the trail: who did what, and whether the chain holds."""

from luckychit.domain.audit.queries.chain import (
    Checked,
    Verdict,
    check_part,
    problems,
    sealed_count,
    verify,
)
from luckychit.domain.audit.queries.entries import all_entries, of_circles, own, search

__all__ = [
    "Checked",
    "Verdict",
    "all_entries",
    "check_part",
    "of_circles",
    "own",
    "problems",
    "sealed_count",
    "search",
    "verify",
]
