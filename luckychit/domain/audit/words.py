"""What each action is called, in English. Pure.

A sentence names facts in braces. ``{actor}`` and ``{owner}`` are who did it and whom it is
about; ``{amount}`` is ``amount_minor`` in its ``currency`` (and so on for every fact whose
name ends so); lists are joined. A test walks every action recorded anywhere and asks here.
"""

import uuid
from typing import Any

from luckychit.core.money import Money
from luckychit.domain.audit.views import TrailEntry

# Beginnings of actions that people may choose, with their names.
KINDS = (
    ("users.", "Accounts"),
    ("chits.", "Circles"),
    ("chits.payment_", "Payments"),
    ("chits.payout_", "Payouts"),
    ("chits.draw_", "Monthly draws"),
    ("lottery.", "Daily draw"),
    ("rooms.", "Rooms"),
    ("wallet.", "Wallets"),
    ("safety.", "Safety of play"),
    ("fairness.", "Proofs"),
)
SENTENCES = {
    "users.signed_in": "{actor} signed in",
    "users.signed_out": "{actor} signed out",
    "users.signed_up": "{actor} made an account of their own",
    "users.email_verified": "{owner} confirmed their e-mail address",
    "users.password_reset": "{owner} replaced a lost password by a letter",
    "users.signed_out_everywhere": "{actor} signed out everywhere else",
    "users.refresh_token_reused": "An old key of {owner} was used again; its device was signed out",
    "users.birth_date_declared": "{actor} told their date of birth",
    "users.profile_changed": "{actor} changed the account of {owner}: {changed}",
    "users.second_factor_enabled": "{actor} switched two-step sign-in on",
    "users.second_factor_disabled": "{actor} switched two-step sign-in off",
    "users.second_factor_removed": "{actor} removed the second step of {owner}",
    "users.recovery_codes_renewed": "{actor} made new recovery codes",
    "users.account_closed": "{actor} closed their own account",
    "users.data_exported": "{actor} downloaded all data about themselves",
    "users.password_changed": "{actor} chose a new password",
    "users.one_time_password_renewed": "{actor} made a new one-time password for {owner}",
    "users.admin_created": "{actor} made an administrator's account for {owner}",
    "users.manager_created": "{actor} made an organiser's account for {owner}",
    "users.member_created": "{actor} made an account for {owner}",
    "users.member_linked": "{actor} added {owner}, who has an account already",
    "users.deactivated": "{actor} closed the account of {owner}",
    "users.reactivated": "{actor} opened the account of {owner} again",
    "users.person_signed_out": "{actor} signed {owner} out on every device",
    "users.session_revoked": "{actor} signed out another device",
    "chits.group_created": "{actor} made the group {group}, {seats} seats of {instalment}",
    "chits.group_changed": "{actor} changed the terms of the group {group}",
    "chits.group_started": "{actor} started the group {group}",
    "chits.group_completed": "The group {group} was completed",
    "chits.member_seated": "{actor} gave {owner} a place in {group}: seat {seats}",
    "chits.seat_removed": "{actor} took back seat {seat_number} of {group} from {owner}",
    "chits.client_seed_set": "{actor} changed the phrase of seat {seat_number} in {group}",
    "chits.payment_recorded": (
        "{actor} recorded a payment of {amount} for seat {seat_number} of {group}, "
        "receipt {receipt_number}"
    ),
    "chits.payment_reversed": (
        "{actor} reversed a payment of {amount} for seat {seat_number} of {group}: {reason}"
    ),
    "chits.payout_recorded": (
        "{actor} recorded {amount} handed to {owner}, prize of month {month} of {group}"
    ),
    "chits.payout_confirmed": (
        "{actor} confirmed having received {amount}, prize of month {month} of {group}"
    ),
    "chits.draw_brought_forward": "{actor} brought the draw of month {month} of {group} forward",
    "chits.draw_conducted": "{actor} had the draw of month {month} of {group} held",
    "chits.draw_locked": (
        "The list of month {month} of {group} was frozen: {entry_count} seats can win"
    ),
    "chits.draw_held_over": "The draw of month {month} of {group} was held over: {reason}",
    "chits.draw_drawn": "Seat {seat_number} of {group} won {prize} in month {month}",
    "lottery.day_opened": "The draw {draw_id} opened",
    "lottery.day_locked": "The list of {draw_id} was frozen with {entry_count} tickets",
    "lottery.day_drawn": "Ticket {ticket_id} won {prize}",
    "lottery.day_voided": "The draw {draw_id} was called off: {reason}",
    "lottery.day_skipped": "The day of {draw_id} had no draw: {reason}",
    "rooms.created": "{actor} opened the room {room} at {price} a ticket",
    "rooms.joined": "{actor} joined the room {room}",
    "rooms.left": "{actor} left the room {room}",
    "rooms.started": "{actor} started the room {room}",
    "rooms.cancelled": "{actor} called the room {room} off",
    "rooms.executed": "{actor} had the room {room} drawn",
    "rooms.locked": "The list of the room {room} was frozen",
    "rooms.drawn": "{owner} won {prize} in the room {room}",
    "rooms.voided": "The room {room} ended without a draw: {reason}",
    "wallet.play_credit_added": "{actor} added {amount} of play credit",
    "safety.limit_set": "{actor} set the own limit of {kind} in a {period}: {amount}",
    "safety.reality_check_set": "{actor} asked to be reminded of play every {minutes} minutes",
    "safety.break_taken": "{actor} takes a break from games of {days} days",
    "fairness.beacon_posted": "{actor} brought the public random number {round} for {draw_id}",
}
_ROLES = {"system": "The system", "nobody": "A visitor"}


class _Said(dict[str, str]):
    """What a sentence does not know it says as a dash."""

    def __missing__(self, key: str) -> str:
        return "\N{EN DASH}"


def actor_words(entry: TrailEntry, viewer_id: uuid.UUID | None = None) -> str:
    """Return who did it: ``You``, a name, ``The system`` or ``A visitor``."""
    if entry.actor_id is not None and entry.actor_id == viewer_id:
        return "You"
    return entry.actor_name or _ROLES.get(entry.actor_role, "Somebody")


def sentence(entry: TrailEntry, viewer_id: uuid.UUID | None = None) -> str:
    """Say an entry in one English sentence, without a full stop.

    Args:
        entry: What happened.
        viewer_id: Who reads; that person is ``you``.
    """
    template = SENTENCES.get(entry.action)
    if template is None:
        # An older or a newer version wrote it.
        template = "{actor}: " + entry.action.replace("_", " ").replace(".", ", ").strip()
    said = _Said({name: _said(value) for name, value in entry.facts.items()})
    said |= _amounts(entry.facts)
    said["actor"] = actor_words(entry, viewer_id)
    is_own = entry.owner_id is not None and entry.owner_id == viewer_id
    said["owner"] = "you" if is_own else entry.owner_name or "somebody"
    text = template.format_map(said)
    return text[:1].upper() + text[1:]


def _said(value: Any) -> str:
    if isinstance(value, list | dict):
        # Of what was changed, only the names: old and new values are in the details.
        return ", ".join(_said(item).replace("_", " ") for item in value)
    return "" if value is None else str(value)


def _amounts(facts: dict[str, Any]) -> dict[str, str]:
    currency = facts.get("currency")
    return {
        name.removesuffix("_minor"): Money(value, str(currency)).text()
        for name, value in facts.items()
        if currency and name.endswith("_minor") and isinstance(value, int)
    }
