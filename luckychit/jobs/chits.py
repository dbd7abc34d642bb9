"""Jobs of the circles."""

from luckychit.core.log import get_logger
from luckychit.domain.chits import service

_log = get_logger(__name__)


def advance_draws() -> None:
    """Freeze the lists whose moment has come and publish the results that can be."""
    steps = service.advance_draws()
    if steps:
        _log.info("draws_advanced", steps=steps)
