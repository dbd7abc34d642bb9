"""Jobs of the rooms."""

from luckychit.core.log import get_logger
from luckychit.domain.rooms import service

_log = get_logger(__name__)


def advance() -> None:
    """Freeze lists whose moment has come, draw, end what expired, pay back what is void."""
    steps = service.advance()
    if steps:
        _log.info("rooms_advanced", steps=steps)
