"""What a handler has the browser do: a verb and plain values, never a script.

The other half is the table of verbs in ``assets/js/ui.js``. An order travels like any
event of the framework: after the state's changes of its handler, in the order given, once,
to this tab alone. Nothing that a person typed can become code on the way.
"""

import inspect
from typing import Any

from reflex.event import EventSpec
from reflex_base.constants.base import REFLEX_VAR_OPENING_TAG
from reflex_base.event import server_side

from luckychit.ui.client import ORDER

# Somebody may have the framework's own mark as a name, or give it to a room: reading it
# would never end, and stop the whole worker. With a blank without width in it people read
# the same, and the framework no longer knows its mark.
_BROKEN_TAG = f"{REFLEX_VAR_OPENING_TAG[0]}\u200b{REFLEX_VAR_OPENING_TAG[1:]}"
# A dialog is filled by the same answer that opens it: drawn first, shown then.
DRAWN_MS = 60


def give(verb: str, *args: Any) -> EventSpec:
    """Return an order.

    Args:
        verb: A name of the table in ``assets/js/ui.js``.
        *args: What that verb takes: text, numbers, or lists and dictionaries of them.
    """
    return server_side(ORDER, _SIGNATURE, verb=verb, args=[_harmless(arg) for arg in args])


def _order(verb: str, args: list[Any]) -> None: ...


_SIGNATURE = inspect.signature(_order)


def open_dialog(dialog_id: str, *, selected: str = "", wait_ms: int = 0) -> EventSpec:
    """Show a dialog.

    Args:
        dialog_id: The id given to :func:`components.dialog`.
        selected: The id of a field in it whose text is then selected, or "".
        wait_ms: What to wait before, 0 or more; :data:`DRAWN_MS` when the same answer fills it.
    """
    return give("open", dialog_id, selected, wait_ms)


def close_dialog(dialog_id: str) -> EventSpec:
    """Put a dialog away and leave its form as it is."""
    return give("close", dialog_id)


def idle() -> EventSpec:
    """Release the buttons that wait for an answer (refused, or nothing to do)."""
    return give("idle")


def done(dialog_id: str = "") -> EventSpec:
    """Release the buttons after success: close the dialog, empty its form, take a new key.

    Args:
        dialog_id: The id given to :func:`components.dialog`, or "" for a plain form.
    """
    return give("done", dialog_id)


def go_to(path: str) -> EventSpec:
    """Load a page of ours anew, not just another route: the next socket has the next cookie.

    Args:
        path: Begins with one "/"; the browser refuses any other address.
    """
    return give("go", path)


def go_back_through(path: str) -> EventSpec:
    """Load ``path`` anew, which leads back here afterwards; nothing when it is open already."""
    return give("through", path)


def to_top() -> EventSpec:
    """Move gently to the top of the page."""
    return give("top")


def to_middle(element_id: str, *, wait_ms: int = 0) -> EventSpec:
    """Move an element to the middle of the window, ``wait_ms`` from now."""
    return give("middle", element_id, wait_ms)


def empty(field_id: str) -> EventSpec:
    """Take what is typed out of a field."""
    return give("empty", field_id)


def select_for_keyboards(field_id: str, *, wait_ms: int = 0) -> EventSpec:
    """Select a field's text where a mouse says that typing needs no keys on the screen."""
    return give("select", field_id, wait_ms)


def press_later(button_id: str, *, wait_ms: int) -> EventSpec:
    """Press a button once in ``wait_ms``; a later order for the same button replaces this."""
    return give("press", button_id, wait_ms)


def toast(level: str, said: str, looks: dict[str, Any]) -> EventSpec:
    """Show a notice; pages say it through :mod:`luckychit.ui.toasts`."""
    return give("toast", level, said, looks)


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(REFLEX_VAR_OPENING_TAG, _BROKEN_TAG)
    if isinstance(value, dict):
        return {name: _harmless(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(each) for each in value]
    return value
