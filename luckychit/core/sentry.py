"""Tells Sentry of incidents, when SENTRY_DSN is set; nothing of what people sent."""

import asyncio
import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from luckychit.core import log
from luckychit.core.settings import Settings

FLUSH_S = 2.0


def start(own: Settings) -> None:
    """Begin to report, if the settings name a project.

    No integration is on: they would send requests, cookies and the values of variables.
    Persons are not named either, which is the library's default.
    What is told is told by :func:`tell` alone.
    """
    if own.sentry_dsn is None:
        return
    sentry_sdk.init(
        dsn=own.sentry_dsn.get_secret_value(),
        environment=own.luckychit_mode,
        server_name="luckychit",
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=_scrubbed,
    )


@asynccontextmanager
async def reporting(own: Settings) -> AsyncIterator[None]:
    """Report for as long as the app runs; what waits is sent before it ends."""
    start(own)
    try:
        yield
    finally:
        await asyncio.to_thread(sentry_sdk.flush, FLUSH_S)


def tell(exception: BaseException, *, incident: str, request_id: str) -> None:
    """Report one incident; nothing happens without a project.

    Args:
        exception: What was not foreseen.
        incident: The number that people see.
        request_id: Of the request or event at work, "" for none.
    """
    if not sentry_sdk.is_initialized():
        return
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("incident", incident)
        scope.set_tag("request_id", request_id or "none")
        scope.capture_exception(exception)


def _scrubbed(event: Event, _hint: Hint) -> Event:
    for name in ("request", "user", "breadcrumbs", "extra", "modules"):
        event.pop(name, None)  # type: ignore[misc]
    for one in event.get("exception", {}).get("values", []):
        # The text of an exception may quote what a person sent; its kind and place stay.
        one["value"] = log.redact(str(one.get("value") or ""))
        for frame in (one.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    return _redacted(copy.copy(event))


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return log.redact(value)
    if isinstance(value, dict):
        return {name: _redacted(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_redacted(inner) for inner in value]
    return value
