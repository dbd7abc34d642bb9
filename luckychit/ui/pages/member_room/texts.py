"""One room in words, for its members; and its invitation for who has the code."""

import json
from dataclasses import dataclass
from datetime import datetime

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.rooms import queries as rooms
from luckychit.domain.rooms.views import Invitation, Participant, RoomView
from luckychit.domain.safety import queries as safety
from luckychit.domain.tickets.views import ticket_id_of
from luckychit.domain.users.service import Actor
from luckychit.ui import text
from luckychit.ui.pages.member_rooms.texts import fee_words, stage_of
from luckychit.ui.pages.member_shared.pause import break_words
from luckychit.ui.pages.member_shared.references import shown_code
from luckychit.ui.qr import qr_path

SELLING = ("waiting", "starting")


@dataclass
class RoomText:
    """A room, ready to draw."""

    code: str = ""
    shown_code: str = ""
    name: str = ""
    status: str = ""
    chip: str = ""
    chip_text: str = ""
    opened: str = ""
    is_host: bool = False
    draw_id: str = ""
    proof_href: str = ""
    bundle: str = ""
    names: str = "{}"
    price: str = ""
    price_words: str = ""
    fee: str = ""
    prize: str = ""
    sold: str = ""
    sold_words: str = ""
    places: str = ""
    ticket: str = ""
    ticket_href: str = ""
    can_buy: bool = False
    is_short: bool = False
    no_ticket: str = ""  # why none can be bought
    balance: str = ""
    can_start: bool = False
    can_cancel: bool = False
    can_draw: bool = False
    can_leave: bool = False
    why_not: str = ""
    expires: str = ""
    notice: str = ""  # how long it still sells once it is started
    locks_ms: int = 0
    outcome: str = ""
    is_won: bool = False
    void_reason: str = ""
    paid_back: str = ""


@dataclass
class PersonText:
    """Somebody in the room, ready to draw."""

    place: str = ""
    name: str = ""
    initials: str = ""
    words: str = ""
    chip: str = ""
    chip_text: str = ""
    is_winner: bool = False


@dataclass
class InviteText:
    """What the code leads to, before joining, ready to draw."""

    code: str = ""
    shown_code: str = ""
    name: str = ""
    host: str = ""
    price: str = ""
    price_words: str = ""
    fee: str = ""
    people: str = ""
    problem: str = ""


@dataclass
class ShareText:
    """How others get in, ready to draw."""

    link: str = ""
    qr: str = ""
    view_box: str = ""
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class RoomRead:
    """Everything the page of a member of the room says."""

    room: RoomText
    people: list[PersonText]
    share: ShareText


def read_room(actor: Actor, code: str, now: datetime) -> RoomRead:
    """Read a room for one of its members.

    Raises:
        NotFound: There is none, or the actor is not in it.
    """
    view = rooms.room(actor=actor, code=code, now=now)
    excluded_until = safety.excluded_until(actor)
    return RoomRead(
        room=_room(view, excluded_until, now),
        people=[_person(place, one, view) for place, one in enumerate(view.participants, start=1)],
        share=_share(view) if view.status in SELLING else ShareText(),
    )


def read_invitation(actor: Actor, code: str) -> InviteText:
    """Read what somebody with the code sees before joining.

    Raises:
        NotFound: No room has the code.
    """
    found = rooms.invitation(actor=actor, code=code)
    return InviteText(
        code=found.code,
        shown_code=shown_code(found.code),
        name=found.name,
        host=found.host_name,
        price=found.price.text(),
        price_words=found.price.words(),
        fee=fee_words(found.fee_bps),
        people=_of_places(found),
        problem=found.problem or break_words(safety.excluded_until(actor)),
    )


def _share(view: RoomView) -> ShareText:
    link = f"{settings().origin}/app/rooms/{view.code}"
    path, side = qr_path(link)
    return ShareText(
        link=link, qr=path, view_box=f"0 0 {side} {side}", is_alone=len(view.participants) == 1
    )


def _of_places(found: Invitation) -> str:
    return f"{text.count(found.participants, 'person', 'people')} of {found.max_participants}"


def _room(view: RoomView, excluded_until: datetime | None, now: datetime) -> RoomText:
    chip, chip_text = stage_of(view.status)
    sold = view.price * view.total_entries
    winner = next((one for one in view.participants if one.is_winner), None)
    is_open = view.status in SELLING
    has_passed = view.locks_at is not None and now >= view.locks_at
    return RoomText(
        code=view.code,
        shown_code=shown_code(view.code),
        name=view.name,
        status=view.status,
        chip=chip,
        chip_text=chip_text,
        opened=f"Opened by {'you' if view.is_host else view.host_name}",
        is_host=view.is_host,
        draw_id=view.draw_id,
        proof_href=f"/draws/{view.proof_id}",
        bundle=f"/api/draws/{view.proof_id}/bundle",
        names=json.dumps(_names(view), ensure_ascii=False) if view.status == "drawn" else "{}",
        price=view.price.text(),
        price_words=view.price.words(),
        fee=fee_words(view.fee_bps),
        prize=view.prize.text(),
        sold=sold.text() if sold else "",
        sold_words=sold.words(),
        places=f"{view.price.text()} a ticket, {view.max_participants} people at most",
        ticket=view.my_ticket_id or "",
        ticket_href=f"/tickets/{view.my_ticket_id}" if view.my_ticket_id else "",
        can_buy=view.can_buy and excluded_until is None,
        is_short=view.balance < view.price,
        no_ticket=_no_ticket(view, excluded_until) if is_open and not view.my_ticket_id else "",
        balance=view.balance.text(),
        can_start=view.can_start,
        can_cancel=view.can_cancel,
        can_draw=view.is_host and has_passed and view.status in {"starting", "locked"},
        can_leave=is_open and not view.is_host and view.my_ticket_id is None,
        why_not=view.why_not,
        expires=text.moment(view.expires_at),
        notice=text.count(settings().notice_s, "second"),
        locks_ms=clock.to_ms(view.locks_at) if view.locks_at else 0,
        outcome=_outcome(view, winner),
        is_won=winner is not None and winner.is_me,
        void_reason=_sentence(view.void_reason),
        paid_back=view.price.text() if view.status == "void" and view.my_ticket_id else "",
    )


def _no_ticket(view: RoomView, excluded_until: datetime | None) -> str:
    if excluded_until is not None:
        return break_words(excluded_until)
    if view.can_buy:
        return ""
    if view.total_entries >= view.max_participants:
        return "Every ticket is sold."
    return "No ticket can be bought right now."


def _names(view: RoomView) -> dict[str, str]:
    return {
        ticket_id_of(view.draw_id, one.ticket_position): "You" if one.is_me else one.full_name
        for one in view.participants
        if one.ticket_position is not None
    }


def _outcome(view: RoomView, winner: Participant | None) -> str:
    if view.status != "drawn":
        return ""
    who = "You" if winner is not None and winner.is_me else view.winner_name
    return f"{who} won {view.prize.text()}"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}." if reason else ""


def _person(place: int, one: Participant, view: RoomView) -> PersonText:
    parts = ["host"] if one.is_host else []
    none = "no ticket yet" if view.status in SELLING else "no ticket"
    has = f"ticket {one.ticket_position}" if one.ticket_position else none
    chip, chip_text = "", ""
    if one.has_ticket and view.status == "void":
        chip, chip_text = "completed", "Paid back"
    elif one.has_ticket and view.status != "drawn":
        chip, chip_text = "paid", "In"
    return PersonText(
        place=str(place),
        name="You" if one.is_me else one.full_name,
        initials=text.initials(one.full_name),
        words=" · ".join([*parts, has]).capitalize(),
        chip=chip,
        chip_text=chip_text,
        is_winner=one.is_winner,
    )
