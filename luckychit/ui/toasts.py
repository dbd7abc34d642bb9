"""Notices that come and go: the one door through which words reach the framework's toasts.

The framework reads a mark of its own in any text it makes a script from. Somebody may have
such a name, or give it to a room: reading it would never end, and stop the whole worker.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_base.constants.base import REFLEX_VAR_OPENING_TAG

# A blank without width: people read the same, the framework no longer knows its mark.
_BROKEN_TAG = f"{REFLEX_VAR_OPENING_TAG[0]}\u200b{REFLEX_VAR_OPENING_TAG[1:]}"


def success(said: str, **looks: Any) -> EventSpec:
    """Say that something went well.

    Args:
        said: Any text, also what people typed.
        **looks: As the framework's toasts take them.
    """
    return _toast(rx.toast.success, said, looks)


def info(said: str, **looks: Any) -> EventSpec:
    """Say that something happened; arguments as of :func:`success`."""
    return _toast(rx.toast.info, said, looks)


def warning(said: str, **looks: Any) -> EventSpec:
    """Say that something was refused; arguments as of :func:`success`."""
    return _toast(rx.toast.warning, said, looks)


def error(said: str, **looks: Any) -> EventSpec:
    """Say that something is broken; arguments as of :func:`success`."""
    return _toast(rx.toast.error, said, looks)


def _toast(made_by: Callable[..., EventSpec], said: str, looks: dict[str, Any]) -> EventSpec:
    return made_by(_harmless(said), **{name: _harmless(value) for name, value in looks.items()})


def _harmless(value: Any) -> Any:
    is_text = isinstance(value, str)
    return value.replace(REFLEX_VAR_OPENING_TAG, _BROKEN_TAG) if is_text else value
