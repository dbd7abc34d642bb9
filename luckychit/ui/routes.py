"""Every page in one list: address, page, title, what fills it, who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.ui.live import LiveState
from luckychit.ui.pages.draws.page import page as draws_page
from luckychit.ui.pages.draws.state import DrawsState
from luckychit.ui.pages.home.page import page as home_page
from luckychit.ui.pages.home.state import HomeState

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page.

    Args:
        route: Its address.
        page: The function that draws it.
        title: Of the browser's tab, without our name.
        loads: Handlers that fill it: at load, at reconnect, and after each nudge.
        who: ``public``, ``admin``, ``manager``, ``member`` or ``anyone`` (signed in). The
            handlers check it; this line is what the tests hold them to.
        description: For search engines; public pages only.
    """

    route: str
    page: Callable[[], rx.Component]
    title: str
    loads: tuple[Any, ...]
    who: str
    description: str = ""

    @property
    def on_load(self) -> list[Any]:
        """What runs when the page opens: rooms first, then the page's own data."""
        ear = LiveState.visit if self.who == PUBLIC else LiveState.enter
        return [ear, *self.loads]


PAGES = [
    PageSpec(
        "/",
        home_page,
        "Save together, draw in the open",
        (HomeState.load,),
        PUBLIC,
        "Chit circles with monthly draws that anyone can check.",
    ),
    PageSpec(
        "/draws",
        draws_page,
        "Draws",
        (DrawsState.load,),
        PUBLIC,
        "Every draw that ended, with its proof.",
    ),
]
