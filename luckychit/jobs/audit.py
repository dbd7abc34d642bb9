"""Jobs of the audit trail."""

from luckychit.core import clock
from luckychit.core.log import get_logger
from luckychit.domain.audit import queries, service

_log = get_logger(__name__)


def seal() -> None:
    """Give every entry that is final its place in the chain."""
    service.seal()


def audit() -> None:
    """Recompute the whole chain; what does not hold is an error in the log."""
    # What was under way for long is sealed now, late; what still has no seal is a problem.
    service.seal(from_the_first=True)
    for problem in queries.problems(now=clock.now()):
        _log.error("trail_problem", code=problem.code, seq=problem.seq, entry_id=problem.entry_id)
