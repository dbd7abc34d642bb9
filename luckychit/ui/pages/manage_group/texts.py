"""What the page of a group holds: texts only, ready to draw."""

from dataclasses import dataclass


@dataclass
class Head:
    """The group in a few words, ready to draw."""

    name: str = ""
    status: str = ""
    status_text: str = ""
    seats: int = 1
    taken: int = 0
    taken_text: str = ""
    free_text: str = ""
    is_full: bool = False
    month_text: str = ""
    terms: str = ""
    collected: str = ""
    expected: str = ""
    share: int = 0
    attention: str = ""
    prize: str = ""
    prize_words: str = ""
    commission: str = ""
    gst: str = ""
    total: str = ""
    instalment: str = ""
    draw_rule: str = ""
    starts: str = ""
    policy: str = ""
    ring_label: str = ""


@dataclass
class Present:
    """The present draw, ready to draw."""

    exists: bool = False
    draw_id: str = ""
    href: str = ""
    title: str = ""
    status: str = ""
    status_text: str = ""
    when: str = ""
    locks_ms: int = 0
    beacon_ms: int = 0
    is_called: bool = False  # under way: closing, closed, or waiting for randomness
    held_over: str = ""
    can_draw: bool = False
    advice: str = ""
    act: str = ""


@dataclass
class DrawLine:
    """One month's draw, ready to draw."""

    monthly_draw_id: str = ""
    month: str = ""
    when: str = ""
    status: str = ""
    status_text: str = ""
    winner: str = ""
    pot: str = ""
    prize: str = ""
    left: str = ""  # of the prize, "" when nothing is
    handed: str = ""
    href: str = ""


@dataclass
class DueLine:
    """What one seat owes for one month, ready to draw."""

    due_id: str = ""
    seat: str = ""
    name: str = ""
    month: str = ""
    day: str = ""
    amount: str = ""
    remaining: str = ""
    status: str = ""
    status_text: str = ""
    is_open: bool = True


@dataclass
class SeatLine:
    """One seat and who holds it, ready to draw."""

    number: int = 0
    name: str = ""
    initials: str = ""
    mobile: str = ""
    paid: str = ""
    owed: str = ""
    won: str = ""


@dataclass
class PaymentLine:
    """One payment or reversal, ready to draw."""

    payment_id: str = ""
    receipt: str = ""
    href: str = ""
    name: str = ""
    amount: str = ""
    tone: str = ""
    how: str = ""
    when: str = ""
    months: str = ""
    can_reverse: bool = False
    status: str = ""
    status_text: str = ""


@dataclass
class BooksText:
    """The group's sums, ready to draw."""

    received: str = ""
    prizes: str = ""
    commission: str = ""
    gst: str = ""
    held: str = ""
    advanced: str = ""
    difference: str = ""
    is_balanced: bool = True
