"""What the member's first page knows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import reflex as rx

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import MemberGroupView, PrizeRow
from luckychit.domain.mail import queries as mail
from luckychit.domain.notify import queries as notify
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import queries as people
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.ui import session, text, toasts
from luckychit.ui.pages.member_shared import circles
from luckychit.ui.pages.member_shared.balance import BalanceText, read_balance
from luckychit.ui.pages.member_shared.dues import Bill, DueLine, bill_of, due_lines
from luckychit.ui.text import NewsText

# More circles than this are listed on their own pages only.
MOST_CIRCLES = 12
FEED_LENGTH = 6


@dataclass
class CircleText:
    """One circle, ready to draw."""

    group_id: str = ""
    href: str = ""
    name: str = ""
    seats: str = ""
    month: str = ""
    next_draw: str = ""
    prize: str = ""
    won: str = ""
    is_drawing: bool = False
    status: str = ""
    present: str = ""
    count: int = 0
    ring: list[str] = field(default_factory=list)
    ring_words: str = ""


@dataclass
class PrizeText:
    """A prize that is not all handed over, or not confirmed, ready to draw."""

    monthly_draw_id: str = ""
    href: str = ""
    title: str = ""
    prize: str = ""
    words: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    bill: Bill
    prizes: list[PrizeText]
    dues: list[DueLine]
    circles: list[CircleText]
    news: list[NewsText]
    balance: BalanceText
    unverified_email: str
    has_mobile: bool


class MemberHomeState(rx.State):
    """What is owed, the circles, and what happened lately."""

    is_ready: bool = False
    greeting: str = ""
    bill: Bill = Bill()
    dues: list[DueLine] = []
    prizes: list[PrizeText] = []
    circles: list[CircleText] = []
    news: list[NewsText] = []
    balance: BalanceText = BalanceText()
    unverified_email: str = ""
    has_mobile: bool = True
    has_demo_mail: bool = False

    @rx.event
    async def load(self) -> None:
        """Read the whole page."""
        actor = await session.actor(self, "member")
        found = await session.call(_read, actor, clock.now())
        self.greeting = f"Hello, {actor.full_name.split()[0]}"
        self.bill, self.dues, self.prizes = found.bill, found.dues, found.prizes
        self.circles, self.news = found.circles, found.news
        self.balance = found.balance
        self.unverified_email = found.unverified_email
        self.has_mobile = found.has_mobile
        self.has_demo_mail = not settings().is_live
        self.is_ready = True

    @rx.event
    async def look_again(self) -> Any:
        """Read the page again because somebody asked for it."""
        await session.actor(self, "member")
        return [MemberHomeState.load, toasts.success("Up to date.", duration=2_000)]

    @rx.event
    async def send_again(self) -> Any:
        """Send the letter that confirms the e-mail address, once more."""
        actor = await session.actor(self, "member")
        try:
            email = await session.call(users.ask_to_verify, actor=actor)
        except user_errors.EmailAlreadyVerified:
            # It was confirmed in another window meanwhile.
            return [MemberHomeState.load, toasts.success("Your address is confirmed.")]
        return toasts.success(f"A new letter is on its way to {email}.")


def _read(actor: Actor, now: datetime) -> _Read:
    home = chits.member_home(actor=actor, now=now)
    views = [
        chits.member_group(actor=actor, group_id=group.group_id, now=now)
        for group in home.groups[:MOST_CIRCLES]
    ]
    owing = {due.group_id for due in home.dues}
    managers = [view.manager_name for view in views if view.group.group_id in owing]
    group_ids = [group.group_id for group in home.groups]
    news = notify.recent_for(actor=actor, group_ids=group_ids, limit=FEED_LENGTH)
    return _Read(
        bill=bill_of(home, managers, now),
        dues=due_lines(home, now),
        prizes=[_prize(prize) for view in views for prize in view.prizes if _is_open(prize)],
        circles=[_circle(view, now) for view in views],
        news=[text.feed_line(item, viewer_id=actor.user_id, now=now) for item in news],
        balance=read_balance(actor),
        unverified_email=people.unverified_email(actor=actor) if mail.can_reach_people() else "",
        has_mobile=bool(people.profile(actor=actor).mobile_number),
    )


def _is_open(prize: PrizeRow) -> bool:
    return bool(prize.left) or any(payout.confirmed_at is None for payout in prize.payouts)


def _prize(prize: PrizeRow) -> PrizeText:
    row = prize.draw
    waiting = [payout.net for payout in prize.payouts if payout.confirmed_at is None]
    words = f"{prize.left.text()} is still to be handed to you."
    if waiting:
        handed = sum(waiting[1:], waiting[0])
        words = f"{handed.text()} was handed to you. Please confirm it."
    return PrizeText(
        monthly_draw_id=str(row.monthly_draw_id),
        href=f"/app/groups/{row.group_id}",
        title=f"You won month {row.instalment} of {row.group_name}",
        prize=row.prize.text(),
        words=words,
        act="Confirm it" if waiting else "See your prize",
    )


def _circle(view: MemberGroupView, now: datetime) -> CircleText:
    group = view.group
    won = [str(number) for number in group.won_instalments]
    is_active = group.status == "active"
    return CircleText(
        group_id=str(group.group_id),
        href=f"/app/groups/{group.group_id}",
        name=group.name,
        seats=circles.own_seats(view).capitalize(),
        month=circles.month_words(view),
        next_draw=_next_draw(view, now),
        prize=group.prize.text(),
        won=f"You won month {' and '.join(won)}" if won else "",
        is_drawing=group.draw_status == "locked",
        status=group.status,
        present=str(group.instalment) if is_active else "",
        count=circles.seats_in_circle(view),
        ring=circles.ring_of(view),
        ring_words=circles.ring_words(view),
    )


def _next_draw(view: MemberGroupView, now: datetime) -> str:
    group = view.group
    if group.status == "forming":
        return "Starts when every seat is taken"
    if group.status == "completed":
        return "Completed: every month is drawn"
    if group.draw_status == "locked":
        return "The draw is running"
    if group.next_draw_at is None:
        return ""
    day = text.relative_day(group.next_draw_at, now)
    return f"Draw {day}, {text.clock_time(group.next_draw_at)}"
