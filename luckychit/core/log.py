"""Structured logs without secrets.

Every line is JSON (or coloured text on a terminal). What people must not find in a
log is removed twice: by the name of the field, and by the shape of the text.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from luckychit.core import context

REMOVED = "[removed]"
# "code" alone names refusals as well, and they are what a log is for.
_KEPT_OUT = (
    r"password|passwd|secret|token|cookie|authorization|seed|api_key|pepper"
    r"|otp|recovery_?codes?|one_time_code|challenge|birth_?date"
)
_SECRET_NAMES = re.compile(_KEPT_OUT, re.IGNORECASE)
_SECRET_SHAPES = (
    (re.compile(r"(?i)(lc_session=)[^;\s\"']+"), r"\1" + REMOVED),
    # A JSON web token, wherever it stands.
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), REMOVED),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]+"), r"\1" + REMOVED),
    (re.compile(r"(?i)([?&](?:token|code|otp|next_token)=)[^&\s\"']+"), r"\1" + REMOVED),
    (
        re.compile(
            # "repeated" is the new password typed again; what is quoted goes to its last quote.
            r"(?i)((?:repeated|" + _KEPT_OUT + r")['\"]?\s*[:=]\s*)"
            r"(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|['\"]?[^'\",}\n]+)"
        ),
        r"\1" + REMOVED,
    ),
    (re.compile(r"(?i)(postgres(?:ql)?(?:\+\w+)?://[^:@/\s]+:)[^@/\s]+@"), r"\1" + REMOVED + "@"),
    # Said in words, as in: refresh token abc... (32 bytes of chance in base64).
    (
        re.compile(r"(?i)\b((?:token|session|cookie|key)\s+)['\"]?[\w-]{43}(?![\w-])"),
        r"\1" + REMOVED,
    ),
    # What an authenticator shows; other codes, of refusals, are words.
    (re.compile(r"(?i)(\bcode['\"]?\s*[:=]\s*['\"]?)\d{6,8}\b"), r"\1" + REMOVED),
    (re.compile(r"\b(\w)[\w.+-]{0,63}@((?:[\w-]+\.)+[a-zA-Z]{2,24})\b"), r"\1***@\2"),
    # Eight digits or more; not a fraction, but also at the end of a sentence.
    (re.compile(r"(?<!\w)(?<!\d\.)(\+?\d{2,7})\d{4}(\d{2})(?!\w|\.\d)"), r"\1****\2"),
)


def redact(text: str) -> str:
    """Return ``text`` without cookies, tokens, passwords and full mobile numbers."""
    for shape, instead in _SECRET_SHAPES:
        text = shape.sub(instead, text)
    return text


def _at_work(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say for which request, and for whom, a line was written."""
    if request_id := context.current().request_id:
        event.setdefault("request_id", request_id)
    if user_id := context.user_id():
        event.setdefault("user_id", user_id)
    return event


def _redact_event(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name != "timestamp":
            event[name] = _redacted(name, value)
    return event


def _redacted(name: str, value: Any) -> Any:
    """Return a value as it may be logged, however deep it is nested."""
    if _SECRET_NAMES.search(name):
        return REMOVED
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(str(key), inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted("", inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redact(repr(value))


class RedactingFilter(logging.Filter):
    """Removes secrets from lines that other packages log the classic way."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the message by its redacted form; never drops a line."""
        # Our own events arrive as dicts, redacted by name and shape already.
        if not isinstance(record.msg, dict):
            record.msg = redact(record.getMessage())
            record.args = ()
        return True


def configure(level: str = "info") -> None:
    """Send our lines and those of all packages through one redacting pipe.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    shared: list[Any] = [
        _at_work,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    on_terminal = sys.stderr.isatty()
    drawn = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        # What is below the level costs nothing more than this first look.
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drawn],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in ("engineio.server", "socketio.server"):
        # Without a level of their own they print past our pipe, what a browser sent included;
        # a server made before this call has brought its handler already.
        # Their errors are packets that somebody wrote by hand; our door counts those.
        logging.getLogger(name).setLevel(logging.CRITICAL)
        logging.getLogger(name).handlers.clear()


def get_logger(name: str) -> Any:
    """Return the logger of a module; call with ``__name__``."""
    return structlog.stdlib.get_logger(name)
