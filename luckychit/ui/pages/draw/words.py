"""One draw in words."""

import json
from dataclasses import dataclass

from luckychit.core import clock, errors
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries import DrawCard
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.fairness.views import LogEntryView, ProofView
from luckychit.domain.tickets.views import BROUGHT_FORWARD, DrawView
from luckychit.domain.users import queries as people
from luckychit.domain.users.service import Actor
from luckychit.ui import text
from luckychit.ui.pages.draw import games
from luckychit.ui.pages.draw.games import utc_moment

_STATUS = {
    "committed": ("open", "Sealed, open"),
    "locked": ("locked", "List closed"),
    "drawn": ("drawn", "Drawn"),
    "void": ("bad", "Called off"),
}
_TITLES = {
    "COMMIT": "Sealed",
    "LOCK": "List closed",
    "BEACON": "Public randomness",
    "REVEAL": "Secret opened",
    "RESULT": "Result",
    "VOID": "Called off",
}
_STEPS = {
    "COMMIT": "The rules and the fingerprint of a secret were published, before anyone could know.",
    "BEACON": "The public random number arrived; its signature was checked.",
    "REVEAL": "The secret was opened. Its fingerprint is the one published at the start.",
    "RESULT": "The winner follows from all of the above by a fixed rule.",
}


@dataclass
class DrawText:
    """A draw, ready to draw."""

    draw_id: str = ""
    kind: str = ""  # daily | room | monthly
    status: str = ""  # of the proof: committed | locked | drawn | void
    chip: str = ""
    chip_text: str = ""
    title: str = ""
    story: str = ""
    winner: str = ""
    winner_seat: int = 0
    winner_name: str = ""
    winner_href: str = ""
    prize: str = ""
    group: str = ""
    listed: str = ""
    instalment: str = ""
    ticket_price: str = ""
    scheduled: str = ""
    when: str = ""
    randomness: str = ""
    is_weak: bool = False
    locks_ms: int = 0
    beacon_ms: int = 0
    bundle: str = ""
    replayed: str = ""  # what the replay and the check read: the bundle, or its head
    is_large: bool = False
    proof_id: str = ""
    log_href: str = ""
    commit_hash: str = ""
    lock_hash: str = ""
    successor: str = ""


@dataclass
class LogText:
    """One line of the public log, ready to draw."""

    seq: str = ""
    title: str = ""
    words: str = ""
    when: str = ""
    hash: str = ""


def read_draw(draw_id: str, who: Actor | None) -> tuple[DrawText, list[LogText]]:
    """Read all that is public of a draw, and names for the group's own people.

    Raises:
        NotFound: No such draw.
    """
    game = games.game_of(draw_id)
    if game is not None:
        return _read_game(game)
    proof = fairness.proof(draw_id)
    log = [_log_line(entry) for entry in fairness.log(draw_id)]
    said = _of_proof(proof)
    try:
        card = chits.draw_card(draw_id=draw_id, actor=who)
    except errors.NotFound:
        return said, log
    _add_card(said, card)
    return said, log


def _read_game(game: DrawView) -> tuple[DrawText, list[LogText]]:
    lines = [entry for proof_id in games.announcements(game) for entry in fairness.log(proof_id)]
    log = [
        _log_line(entry, place, zone=games.UTC_ZONE) for place, entry in enumerate(lines, start=1)
    ]
    proof = fairness.proof(game.proof_id) if game.proof_id else None
    said = _of_proof(proof) if proof else DrawText(status="void")
    status = games.status_of(game)
    said.chip, said.chip_text = _STATUS[status]
    said.draw_id, said.kind, said.status = game.draw_id, game.kind, status
    said.title, said.story = games.title_of(game), games.story_of(game, proof)
    said.group = ""
    said.ticket_price = game.price.text()
    said.listed = text.count(game.total_entries, "ticket") if game.total_entries else ""
    said.prize = "" if status == "void" else game.prize.text()
    said.when = utc_moment(game.closed_at or game.locks_at)
    said.is_large = game.total_entries > games.LARGE_LIST
    if said.is_large:
        said.replayed = f"/api/draws/{said.proof_id}/head"
    if proof is not None and _waits_for_host(game, proof):
        said.locks_ms = 0
    if status == "drawn":
        said.winner = f"Ticket {games.ticket_number(game.winning_ticket_id)}"
        said.winner_href = f"/tickets/{game.winning_ticket_id}"
        said.winner_name = people.shown_name(game.winner_id) if game.winner_id else ""
    return said, log


def _waits_for_host(game: DrawView, proof: ProofView) -> bool:
    """Tell whether a room sells until its host starts it: its last hour is no promise."""
    return game.kind == "room" and game.status == "open" and proof.draw_id == game.draw_id


def _of_proof(proof: ProofView) -> DrawText:
    chip, chip_text = _STATUS.get(proof.status, ("", proof.status))
    drawn_at = proof.closed_at or proof.locks_at
    return DrawText(
        draw_id=proof.draw_id,
        status=proof.status,
        chip=chip,
        chip_text=chip_text,
        title=proof.draw_id,
        story=_story(proof),
        listed=text.count(proof.n, "entry", "entries") if proof.n else "",
        when=text.moment(drawn_at),
        randomness=_randomness(proof),
        is_weak=proof.is_weak,
        locks_ms=clock.to_ms(proof.locks_at) if proof.status == "committed" else 0,
        beacon_ms=clock.to_ms(proof.beacon_at) if _awaits_beacon(proof) else 0,  # type: ignore[arg-type]
        kind=proof.kind,
        proof_id=proof.draw_id,
        bundle=f"/api/draws/{proof.draw_id}/bundle",
        replayed=f"/api/draws/{proof.draw_id}/bundle",
        log_href=f"/api/draws/{proof.draw_id}/log",
        commit_hash=proof.commit_log_hash,
        lock_hash=proof.lock_log_hash or "",
    )


def _awaits_beacon(proof: ProofView) -> bool:
    return (
        proof.status == "locked" and proof.beacon_at is not None and proof.beacon_signature is None
    )


def _story(proof: ProofView) -> str:
    if proof.status == "void":
        return f"No winner, and never one: {proof.void_reason or 'it was called off'}."
    if proof.status == "drawn":
        return "Your browser can work out the same result from the published numbers."
    if proof.status == "locked":
        return "The list is frozen. The result is fixed by numbers nobody could choose."
    return "Its rules and the fingerprint of its secret are already public and cannot change."


def _randomness(proof: ProofView) -> str:
    if proof.is_weak:
        return "Weak: our own sealed secret alone (demo)"
    return f"Public randomness of the drand network, round {proof.beacon_round}"


def _add_card(said: DrawText, card: DrawCard) -> None:
    zone = card.time_zone
    said.title = f"Month {card.instalment} of {card.duration_months}"
    said.group = card.group_name or f"A circle of {card.seats} seats"
    said.instalment = card.instalment_amount.text()
    said.scheduled = text.moment(card.scheduled_at, zone)
    if said.status == "drawn" and card.winner_seat_number:
        said.winner_seat = card.winner_seat_number
        said.winner = f"Seat {card.winner_seat_number} of {card.seats}"
        said.winner_name = card.winner_name or ""
        said.prize = card.prize.text() if card.prize else ""
    if card.drawn_at and said.status == "drawn":
        said.when = text.moment(card.drawn_at, zone)
    if said.status == "void" and card.current_draw_id != said.draw_id:
        said.successor = f"/draws/{card.current_draw_id}"


def _log_line(
    entry: LogEntryView, place: int | None = None, zone: str = text.DEFAULT_ZONE
) -> LogText:
    at = clock.from_ms(entry.at_ms)
    title, words = _log_said(entry)
    return LogText(
        seq=str(entry.seq if place is None else place),
        title=title,
        words=words,
        when=utc_moment(at, to_the_second=True)
        if zone == games.UTC_ZONE
        else text.moment(at, zone),
        hash=entry.hash,
    )


def _log_said(entry: LogEntryView) -> tuple[str, str]:
    """Return the title and the sentence of a step."""
    body = json.loads(entry.entry).get("body", {})
    reason = str(body.get("reason", ""))
    if entry.type == "VOID" and reason == BROUGHT_FORWARD:
        # Only a room's first announcement ends: its draw goes on.
        words = "The host started the draw: a new announcement says when its list closes."
        return "Replaced", words
    title = _TITLES.get(entry.type, entry.type.capitalize())
    if entry.type == "LOCK":
        listed = text.count(int(body.get("n", 0)), "entry", "entries")
        return title, f"The list of {listed} was frozen under one fingerprint."
    return title, _STEPS.get(entry.type) or reason
