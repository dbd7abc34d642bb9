"""Jobs of the daily draw and of everything that sells tickets."""

from luckychit.core.log import get_logger
from luckychit.domain.lottery import service
from luckychit.domain.tickets import queries as tickets

_log = get_logger(__name__)


def advance() -> None:
    """Turn the calendar at midnight, publish results, pay back what is void."""
    steps = service.advance()
    if steps:
        _log.info("daily_draw_advanced", steps=steps)


def audit() -> None:
    """Look for anything tickets must never show; each finding is an error in the log."""
    for problem in tickets.audit():
        _log.error("ticket_problem", code=problem.code, facts=problem.facts)
