"""The pot of a draw that sells: it counts up softly and is read out at most every 10 s."""

from typing import Any

import reflex as rx

from luckychit.ui.components.basics import skeleton
from luckychit.ui.components.fair import FairElement


class _Pot(FairElement):
    tag = "LcPot"
    alias = "lc-pot"


def live_pot(*, prize: Any, entry_count: Any = "", size: str = "huge") -> rx.Component:
    """Draw a pot that moves while people look at it.

    Args:
        prize: ``DailyPot.prize`` or ``RoomPot.prize``; a bar waits while it is "".
        entry_count: Tickets sold, as text; "" draws the amount alone.
        size: "", ``large`` or ``huge``.
    """
    moving = _Pot.create(custom_attrs={"prize": prize, "entries": entry_count, "size": size})
    return rx.fragment(
        # React runs a script it creates itself only when it is async.
        rx.el.script(src="/js/pot.js", type="module", custom_attrs={"async": True}),
        rx.cond(prize, moving, skeleton("9rem", "3rem")),
    )
