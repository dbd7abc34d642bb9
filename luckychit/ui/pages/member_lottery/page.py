"""/app/lottery."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.components import play
from luckychit.ui.pages.member_lottery.buying import buy_card, confirm
from luckychit.ui.pages.member_lottery.circles import (
    circles_section,
    phrase_dialog,
    results_that_came,
)
from luckychit.ui.pages.member_lottery.places import places
from luckychit.ui.pages.member_lottery.playing import PlayState
from luckychit.ui.pages.member_lottery.results import latest_card, past_days
from luckychit.ui.pages.member_lottery.state import LotteryState
from luckychit.ui.pages.member_lottery.today import own_tickets, pot_card, rooms_link
from luckychit.ui.pages.member_shared.reality import reality_check
from luckychit.ui.pages.member_shared.waiting import once_ready


def page() -> rx.Component:
    """Draw the result that just came, today's draw, the circles' draws, and the days before."""
    is_now = PlayState.plays | (PlayState.latest.kind == "waiting")
    return shell.member_frame(
        once_ready(
            PlayState.is_ready & LotteryState.is_ready,
            results_that_came(),
            rx.cond(is_now, latest_card(), rx.fragment()),
            pot_card(),
            buy_card(),
            below=[
                own_tickets(),
                rooms_link(),
                rx.cond(is_now, rx.fragment(), latest_card()),
                past_days(),
                circles_section(),
                # Last, so that its files do not hold up the first sight of the page.
                c.fair_code(),
            ],
            places=places(),
        ),
        # Small, and what the first sight of the pot waits for: fetched with the page.
        play.early_code(),
        confirm(),
        reality_check(),
        phrase_dialog(),
        here="lottery",
        title="Lottery",
        # In the page as it is sent, and larger than any number that comes later: what is
        # read first is there at once, and stays.
        heading=rx.el.h1(
            "One pot, one winner, every\N{NO-BREAK SPACE}day", class_name="lottery-title"
        ),
    )
