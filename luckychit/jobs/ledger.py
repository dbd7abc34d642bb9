"""Jobs of the ledger."""

from luckychit.core.log import get_logger
from luckychit.domain.wallet import queries

_log = get_logger(__name__)


def audit() -> None:
    """Look for anything the ledger must never show; each finding is an error in the log."""
    for problem in queries.audit():
        _log.error("ledger_problem", code=problem.code, facts=problem.facts)
