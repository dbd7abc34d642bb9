"""What the manager's draw button would do now, decided once for the screen and the act."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from luckychit.domain.chits.rules.draws import soonest_lock


class Press(StrEnum):
    """What pressing the button does."""

    REFUSED = "refused"
    WAIT = "wait"  # it is under way already: nothing changes, and that is no error
    BRING_FORWARD = "bring_forward"  # the list is frozen after the notice
    ADVANCE = "advance"  # what the job would do, at once


@dataclass(frozen=True, slots=True)
class Standing:
    """How the present draw of a running group stands.

    ``can_win`` counts the seats that have not won; ``have_paid`` those of them that
    have paid this instalment. ``beacon_at`` is None in weak mode.
    """

    instalment: int
    is_locked: bool
    scheduled_at: datetime
    locks_at: datetime
    beacon_at: datetime | None
    can_win: int
    have_paid: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What the button does, and the sentence beside it."""

    press: Press
    sentence: str

    @property
    def can_draw(self) -> bool:
        """Tell whether the button works now."""
        return self.press in (Press.BRING_FORWARD, Press.ADVANCE)


def draw_advice(standing: Standing, *, now: datetime, notice_s: int) -> Advice:
    """Say what the manager's button does to the present draw.

    Args:
        standing: The draw and its seats as they are.
        now: The present moment.
        notice_s: Seconds between the press and the freezing of the list.
    """
    if standing.is_locked:
        return _of_locked(standing, now)
    if now > standing.locks_at:
        return Advice(Press.ADVANCE, "The time has come: the draw is held in a moment.")
    if standing.locks_at <= soonest_lock(now, notice_s):
        at = _clock(standing.locks_at, standing.time_zone)
        return Advice(Press.WAIT, f"The draw has been called: the list is frozen at {at}.")
    return _of_open(standing, now, notice_s)


def _of_open(standing: Standing, now: datetime, notice_s: int) -> Advice:
    if standing.have_paid == 0:
        return Advice(Press.REFUSED, "No seat that can still win has paid this instalment.")
    if standing.have_paid == standing.can_win:
        return Advice(
            Press.BRING_FORWARD,
            "Every seat that can still win has paid. The list is frozen "
            f"{notice_s} seconds after you press, then the winner is drawn.",
        )
    if now >= standing.scheduled_at:
        return Advice(
            Press.BRING_FORWARD,
            f"{standing.have_paid} of {standing.can_win} seats that can still win have paid. "
            f"The list is frozen {notice_s} seconds after you press.",
        )
    day = _day(standing.scheduled_at, standing.time_zone)
    return Advice(
        Press.REFUSED,
        f"The draw is on {day}. It can be held earlier once every seat that can still win "
        f"has paid: {standing.have_paid} of {standing.can_win} have.",
    )


def _of_locked(standing: Standing, now: datetime) -> Advice:
    if standing.beacon_at is None:
        return Advice(Press.ADVANCE, "The list is frozen: the winner is drawn in a moment.")
    if now < standing.beacon_at:
        at = _clock(standing.beacon_at, standing.time_zone)
        return Advice(
            Press.WAIT, f"The list is frozen. The winner follows from a public number born at {at}."
        )
    return Advice(Press.ADVANCE, "The list is frozen. We are fetching the public number.")


def _clock(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%H:%M:%S")


def _day(moment: datetime, time_zone: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    return format_datetime(local, "d MMM yyyy 'at' h:mm a", locale="en_IN")
