"""Jobs of the circles."""

from luckychit.core.log import get_logger
from luckychit.domain.chits import queries, service

_log = get_logger(__name__)


def advance_draws() -> None:
    """Freeze the lists whose moment has come and publish the results that can be."""
    steps = service.advance_draws()
    if steps:
        _log.info("draws_advanced", steps=steps)


def audit() -> None:
    """Look for anything the circles must never show; each finding is an error in the log."""
    for problem in queries.audit():
        _log.error("circle_problem", code=problem.code, facts=problem.facts)
