"""Daily draws as the administrator reads them: plain texts, times in UTC."""

from dataclasses import dataclass, field
from datetime import datetime

from luckychit.domain.lottery import rules as calendar
from luckychit.domain.lottery.views import AdminDraw, Step
from luckychit.ui import text

ZONE = "UTC"
NAMES = {
    "COMMIT": "Announced",
    "LOCK": "List frozen",
    "BEACON": "Public random number",
    "RESULT": "Drawn and paid",
    "VOID": "Called off",
    "REFUND": "Everybody paid back",
}
CHIPS = {"open": "open", "locked": "locked", "drawn": "drawn", "void": "bad"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass
class StepLine:
    """One step, ready to draw."""

    name: str = ""
    words: str = ""
    state: str = ""  # done, waiting or late
    state_text: str = ""
    when: str = ""
    moment: str = ""
    why: str = ""
    log_hash: str = ""


@dataclass
class DrawLine:
    """One draw, ready to draw."""

    draw_id: str = ""
    day: str = ""
    status: str = ""
    status_text: str = ""
    note: str = ""
    is_late: bool = False
    is_newest: bool = False
    tickets: str = ""
    players: str = ""
    sold: str = ""
    fee: str = ""
    prize: str = ""
    winner: str = ""
    refund_text: str = ""
    refund_share: int = -1  # percent; -1 when nobody is to be paid back
    proof_href: str = ""
    log_href: str = ""
    steps: list[StepLine] = field(default_factory=list)


def draw_line(item: AdminDraw, *, is_newest: bool = False) -> DrawLine:
    """Return one draw's line with its steps."""
    draw = item.draw
    day = calendar.day_of(draw.draw_id)
    is_refunding = draw.status == "void" and draw.total_entries > 0
    return DrawLine(
        draw_id=draw.draw_id,
        day=text.day(day) if day else draw.draw_id,
        status=CHIPS.get(draw.status, draw.status),
        status_text=text.STATUSES.get(draw.status, draw.status),
        note=_note(item),
        is_late=any(_is_late(step) for step in item.steps),
        is_newest=is_newest,
        tickets=text.number(draw.total_entries),
        players=text.number(item.players),
        sold=item.sold.text(),
        fee=item.fee.text(),
        prize=draw.prize.text(),
        winner=draw.winning_ticket_id or "",
        refund_text=_refund_text(item) if is_refunding else "",
        refund_share=_refund_share(item) if is_refunding else -1,
        proof_href=f"/draws/{draw.draw_id}" if draw.proof_id else "",
        log_href=f"/api/draws/{draw.proof_id}/log" if draw.proof_id else "",
        steps=[_step_line(step) for step in item.steps],
    )


def said_seconds(seconds: int) -> str:
    """Return ``45 seconds``, ``12 minutes``, ``3 hours`` or ``2 days``."""
    if seconds < 2 * _MINUTE:
        return text.count(seconds, "second")
    if seconds < 2 * _HOUR:
        return text.count(seconds // _MINUTE, "minute")
    if seconds < 2 * _DAY:
        return text.count(seconds // _HOUR, "hour")
    return text.count(seconds // _DAY, "day")


def _note(item: AdminDraw) -> str:
    """Say in a few words what the closed line should tell."""
    late = [step for step in item.steps if _is_late(step)]
    if late:
        worst = max(late, key=lambda step: step.late_s)
        tense = "late by" if worst.happened_at is None else "was late by"
        return f"{NAMES.get(worst.name, worst.name)} {tense} {said_seconds(worst.late_s)}"
    if item.draw.status == "void":
        return item.draw.void_reason
    return text.count(item.draw.total_entries, "ticket")


def _is_late(step: Step) -> bool:
    return step.late_s > 0


def _refund_text(item: AdminDraw) -> str:
    return f"{text.number(item.refunded_players)} of {text.count(item.players, 'player')} paid back"


def _refund_share(item: AdminDraw) -> int:
    if item.draw.is_refunded or not item.players:
        return 100
    return 100 * item.refunded_players // item.players


def _step_line(step: Step) -> StepLine:
    state = "late" if _is_late(step) else "waiting" if step.happened_at is None else "done"
    moment = step.happened_at or step.was_due_at
    return StepLine(
        name=step.name,
        words=NAMES.get(step.name, step.name),
        state=state,
        state_text=_state_text(step),
        when=_when(step),
        moment=moment.isoformat(timespec="seconds") if moment else "",
        why=step.why,
        log_hash=step.log_hash,
    )


def _state_text(step: Step) -> str:
    if _is_late(step):
        return f"{said_seconds(step.late_s)} late"
    return "To come" if step.happened_at is None else "In time"


def _when(step: Step) -> str:
    if step.happened_at is not None:
        return _moment(step.happened_at)
    return f"due {_moment(step.was_due_at)}" if step.was_due_at is not None else ""


def _moment(value: datetime) -> str:
    """Return ``22 Nov, 00:00:03``: in UTC, to the second, as the schedule runs."""
    return f"{value:%-d %b, %H:%M:%S}"
