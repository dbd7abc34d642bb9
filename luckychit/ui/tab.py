"""What a tab's state remembers belongs to one session of one person.

The framework finds the state by a token that the browser makes up and sends in the
socket's address. That is no credential: addresses end in the logs of proxies, and a tab
outlives a sign-out in another one. So whoever comes with another cookie, or none, finds
an empty state, and never the money or the one-time passwords of who was here before.
"""

import hashlib
from typing import Any

import reflex as rx
from reflex_base.event import Event

from luckychit.ui import session


class TabState(rx.State):
    """Whose session filled the state of this tab; never sent to the browser."""

    _owner: str = ""


class OwnTab(rx.Middleware):
    """Empties the state before any event, hydration too, of another session than the last."""

    async def preprocess(self, app: rx.App, state: Any, event: Event) -> None:  # noqa: ARG002
        """Compare the cookie of this socket with the one that filled the state."""
        owner = _owner_of(state)
        tab = await state.get_state(TabState)
        if tab._owner == owner:  # noqa: SLF001 - this module's own
            return
        root = state._get_root_state()  # noqa: SLF001 - states have no public way up
        for kind in type(root).get_substates():
            # With Redis only what the event needs is here yet.
            await root.get_state(kind)
        root.reset()
        tab._owner = owner  # noqa: SLF001


def _owner_of(state: rx.State) -> str:
    token = session.token_of(state)
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
