"""Checks a bundle from first to last byte, trusting nothing but the pinned beacon key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from luckychit.domain.fairness.lcd1 import checks, checks_list
from luckychit.domain.fairness.lcd1.case import HEAD, LIST, Broken, Case


@dataclass(frozen=True, slots=True)
class Check:
    """One step of the verification: its name, whether it held, and what was seen."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Args:
        outcome: ``drawn``, ``void`` or ``false``; or ``head`` for a file without the list:
            nothing in it is false, but it is no full check.
        checks: The steps in order; the first that fails is the last.
        is_weak: The draw had no beacon.
        is_signature_checked: The beacon's BLS signature was checked here.
        scope: What of the list was checked: ``list`` (all), ``ticket`` (one) or ``head``
            (nothing).
    """

    outcome: str
    checks: list[Check] = field(default_factory=list)
    is_weak: bool = False
    is_signature_checked: bool = False
    scope: str = LIST

    @property
    def is_valid(self) -> bool:
        """True for a proof without a flaw, of a draw or of a draw called off.

        Never for a head: it does not show who was in the draw.
        """
        return self.outcome in {"drawn", "void"}


STEPS: tuple[tuple[str, Callable[[Case], str]], ...] = (
    ("log", checks.log),
    ("commit", checks.commit),
    ("tickets", checks_list.tickets),
    ("beacon", checks.beacon),
    ("result", checks.result),
)


def verify(
    bundle: Any,
    *,
    commit_hash: str | None = None,
    lock_hash: str | None = None,
    ticket_id: str | None = None,
    check_signature: Callable[[int, bytes], bool] | None = None,
) -> Report:
    """Verify a bundle, ticket file or head in five steps, stopping at a flaw.

    A bundle alone proves only that it agrees with itself; with a hash that was seen in
    time it proves that nothing was changed afterwards.

    Args:
        bundle: The parsed JSON; see :func:`canonical.read_strict`.
        commit_hash: Hash of the COMMIT entry seen before the draw.
        lock_hash: Hash of the LOCK entry seen before the draw.
        ticket_id: An entry that must be in the list.
        check_signature: Tells whether the pinned network signed a round; without it the
            report says that the signature was not checked.
    """
    case = Case(bundle, commit_hash, lock_hash, ticket_id, check_signature)
    done: list[Check] = []
    for name, step in STEPS:
        try:
            done.append(Check(name, ok=True, said=step(case)))
        except Broken as exc:
            done.append(Check(name, ok=False, said=str(exc)))
            return Report("false", done, case.is_weak, scope=case.scope)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
            done.append(Check(name, ok=False, said="the proof has another shape"))
            return Report("false", done, case.is_weak, scope=case.scope)
    outcome = "void" if case.is_void else "drawn"
    return Report(
        HEAD if case.scope == HEAD else outcome,
        done,
        case.is_weak,
        case.is_signature_checked,
        case.scope,
    )
