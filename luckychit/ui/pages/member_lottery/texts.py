"""The draws of a member's circles in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from luckychit.core import clock
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import DrawRow, MemberGroupView, MySeat, SeatRow
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.views import ProofView
from luckychit.domain.users.service import Actor
from luckychit.ui import text
from luckychit.ui.pages.member_shared.circles import cell_of

MOST_PAST = 60


@dataclass
class SeatText:
    """One own seat and how it stands in the present draw."""

    seat_id: str = ""
    name: str = ""
    phrase: str = ""
    words: str = ""
    kind: str = ""  # in | out | won


@dataclass
class PresentText:
    """The draw of a circle that is not over yet."""

    monthly_draw_id: str = ""
    draw_id: str = ""
    group: str = ""
    group_href: str = ""
    month: str = ""
    prize: str = ""
    kind: str = ""  # open | closing | waiting | working
    chip: str = ""
    chip_text: str = ""
    when: str = ""
    locks_ms: int = 0
    beacon_ms: int = 0
    running: str = ""
    held_over: str = ""
    proof_href: str = ""
    commit_hash: str = ""
    lock_hash: str = ""
    seats: list[SeatText] = field(default_factory=list)


@dataclass
class ArrivedText:
    """A result that came while the member was waiting for it."""

    monthly_draw_id: str = ""
    title: str = ""
    bundle: str = ""
    names: str = "{}"
    words: str = ""
    prize: str = ""
    is_mine: bool = False
    href: str = ""


@dataclass
class PastText:
    """A finished draw."""

    monthly_draw_id: str = ""
    draw_id: str = ""
    href: str = ""
    title: str = ""
    winner: str = ""
    prize: str = ""
    when: str = ""
    is_mine: bool = False
    commit_hash: str = ""
    lock_hash: str = ""


@dataclass(frozen=True, slots=True)
class Lottery:
    """Everything the page says, and the draws that could arrive now."""

    present: list[PresentText]
    past: list[PastText]
    arrivals: dict[str, ArrivedText]  # every finished draw by its id, ready to be played


def read_lottery(actor: Actor, awaited: Sequence[str], now: datetime) -> Lottery:
    """Read the draws of the actor's circles.

    Args:
        actor: The member.
        awaited: Ids of the draws whose result this member has been waiting for.
        now: The present moment.
    """
    rows = chits.member_draws(actor=actor, now=now)
    open_rows = [row for row in rows if row.status != "drawn"]
    drawn_rows = [row for row in rows if row.status == "drawn"][:MOST_PAST]
    arrived = [row for row in drawn_rows if str(row.monthly_draw_id) in awaited]
    wanted = {row.group_id for row in (*open_rows, *arrived)}
    views = {
        group_id: chits.member_group(actor=actor, group_id=group_id, now=now) for group_id in wanted
    }
    own = {
        (group.group_id, seat)
        for group in chits.member_home(actor=actor, now=now).groups
        for seat in group.seat_numbers
    }
    proofs = fairness.proofs([row.draw_id for row in (*open_rows, *drawn_rows)])
    return Lottery(
        present=[_present(row, views[row.group_id], proofs, now) for row in open_rows],
        past=[_past(row, proofs, own, now) for row in drawn_rows],
        arrivals={
            str(row.monthly_draw_id): _arrived(row, views[row.group_id], own) for row in arrived
        },
    )


def _present(
    row: DrawRow, view: MemberGroupView, proofs: Mapping[str, ProofView], now: datetime
) -> PresentText:
    proof = proofs.get(row.draw_id)
    kind, chip, chip_text = _stage(row, now)
    return PresentText(
        monthly_draw_id=str(row.monthly_draw_id),
        draw_id=row.draw_id,
        group=row.group_name,
        group_href=f"/app/groups/{row.group_id}",
        month=f"Month {row.instalment} of {view.group.duration_months}",
        prize=view.group.prize.text(),
        kind=kind,
        chip=chip,
        chip_text=chip_text,
        when=f"{text.short_day(row.locks_at)}, {text.clock_time(row.locks_at)}",
        locks_ms=clock.to_ms(row.locks_at),
        beacon_ms=clock.to_ms(row.beacon_at) if row.beacon_at else 0,
        running=_running(row, view),
        held_over=row.held_over_reason,
        proof_href=f"/draws/{row.draw_id}",
        commit_hash=proof.commit_log_hash if proof else "",
        lock_hash=(proof.lock_log_hash or "") if proof else "",
        seats=[_seat(seat, row) for seat in view.seats],
    )


def _stage(row: DrawRow, now: datetime) -> tuple[str, str, str]:
    if row.status == "open" and now < row.locks_at:
        return "open", "open", "Open"
    if row.status == "open":
        return "closing", "locked", "Closing"
    if row.beacon_at is not None:
        return "waiting", "locked", "Locked"
    return "working", "locked", "Locked"


def _running(row: DrawRow, view: MemberGroupView) -> str:
    """Say how many seats are in the draw, or are in so far."""
    if row.eligible_count is not None:
        return f"{text.count(row.eligible_count, 'seat')} in this draw, equal chances"
    seats: list[MySeat | SeatRow] = [*view.seats, *view.others]
    left = [seat for seat in seats if seat.won_instalment is None]
    paid = [seat for seat in left if cell_of(seat.cells, row.instalment).state == "paid"]
    return f"{len(paid)} of {text.count(len(left), 'seat')} in so far"


def _seat(seat: MySeat, row: DrawRow) -> SeatText:
    kind, words = _standing(seat, row)
    return SeatText(
        seat_id=str(seat.seat_id),
        name=f"Seat {seat.seat_number}",
        phrase=seat.client_seed,
        words=words,
        kind=kind,
    )


def _standing(seat: MySeat, row: DrawRow) -> tuple[str, str]:
    if seat.won_instalment is not None:
        return "won", f"Won month {seat.won_instalment}; each seat wins once."
    if cell_of(seat.cells, row.instalment).state == "paid":
        return "in", "Is in this draw."
    if row.status == "open":
        return "out", "Not in yet: this month is not fully paid."
    return "out", "Not in this draw: the month was not paid in time."


def _arrived(row: DrawRow, view: MemberGroupView, own: set[tuple[UUID, int]]) -> ArrivedText:
    is_mine = (row.group_id, row.winner_seat_number) in own
    names = {seat.seat_number: seat.full_name for seat in view.others}
    names |= {seat.seat_number: "You" for seat in view.seats}
    words = "You won" if is_mine else f"Seat {row.winner_seat_number}, {row.winner_name}, won"
    return ArrivedText(
        monthly_draw_id=str(row.monthly_draw_id),
        title=f"{row.group_name}, month {row.instalment}",
        bundle=f"/api/draws/{row.draw_id}/bundle",
        names=json.dumps({f"{row.draw_id}-{seat:05d}": name for seat, name in names.items()}),
        words=words,
        prize=row.prize.text(),
        is_mine=is_mine,
        href=f"/draws/{row.draw_id}",
    )


def _past(
    row: DrawRow,
    proofs: Mapping[str, ProofView],
    own: set[tuple[UUID, int]],
    now: datetime,
) -> PastText:
    proof = proofs.get(row.draw_id)
    is_mine = (row.group_id, row.winner_seat_number) in own
    return PastText(
        monthly_draw_id=str(row.monthly_draw_id),
        draw_id=row.draw_id,
        href=f"/draws/{row.draw_id}",
        title=f"{row.group_name} · month {row.instalment}",
        winner="You won" if is_mine else f"Seat {row.winner_seat_number} · {row.winner_name}",
        prize=row.prize.text(),
        when=text.relative_day(row.drawn_at, now) if row.drawn_at else "",
        is_mine=is_mine,
        commit_hash=proof.commit_log_hash if proof else "",
        lock_hash=(proof.lock_log_hash or "") if proof else "",
    )
