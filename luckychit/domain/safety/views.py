"""What a person sees of the own safety of play."""

from dataclasses import dataclass
from datetime import date, datetime

from luckychit.core.money import Money


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit as it stands.

    Args:
        kind: ``deposit`` or ``play``.
        period: ``day``, ``week`` or ``month``.
        limit: What counts now; None when there is none.
        used: In the running period.
        ends_at: When the running period ends and the next one begins.
        is_waiting: A higher amount, or none, has been asked for and waits.
        waiting: That amount; None when the limit is to be removed, or nothing waits.
        waits_until: When it takes effect; None when nothing waits.
    """

    kind: str
    period: str
    limit: Money | None
    used: Money
    ends_at: datetime
    is_waiting: bool
    waiting: Money | None
    waits_until: datetime | None

    @property
    def left(self) -> Money | None:
        """What the limit leaves, not below zero; None when there is no limit."""
        if self.limit is None:
            return None
        return max(self.limit - self.used, Money(0, self.limit.currency))


@dataclass(frozen=True, slots=True)
class SafetyView:
    """Everything a person has set, and how it stands.

    Args:
        age: ``unknown``, ``too_young`` or ``adult``.
        birth_date: As declared.
        break_until: Until when a break from games lasts; None when none does.
        reality_check_min: After how many minutes of play the person is told; None is never.
        limits: Six, deposits before play, day before week before month.
    """

    age: str
    birth_date: date | None
    break_until: datetime | None
    reality_check_min: int | None
    limits: tuple[LimitView, ...]


@dataclass(frozen=True, slots=True)
class PlayedView:
    """What was played for and won since a moment."""

    spent: Money
    won: Money
