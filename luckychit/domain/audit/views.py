"""What the trail shows: frozen, with the names that people have today."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One thing that somebody did.

    Args:
        id: Its number; newer ones have higher numbers.
        action: ``slice.what_was_done``.
        actor_name: Who did it; "" when nobody was signed in (see ``actor_role``).
        actor_role: ``admin``, ``manager``, ``member``, ``system`` or ``nobody``.
        owner_name: Whom it is about, or "".
        manager_name: In whose circles it happened, or "".
        facts: Amounts in minor units, numbers, old and new values.
        address: Network address; "" when it is not the reader's to see.
        request_id: Of the request, as the log has it; "" as for ``address``.
        seq: Its place in the chain; None until it is sealed, a second or two later.
        seal: Its hash, 64 hexadecimal digits, or "".
    """

    id: int
    action: str
    happened_at: datetime
    actor_id: uuid.UUID | None
    actor_name: str
    actor_role: str
    subject_kind: str
    subject_id: str
    owner_id: uuid.UUID | None
    owner_name: str
    manager_id: uuid.UUID | None
    manager_name: str
    facts: dict[str, Any]
    address: str
    request_id: str
    seq: int | None
    seal: str

    @property
    def is_sealed(self) -> bool:
        """Whether it has its place in the chain."""
        return self.seq is not None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some entries, newest first.

    Args:
        items: At most as many as were asked for.
        before: Where the next page begins; None on the last one.
    """

    items: tuple[TrailEntry, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries are wanted; what is empty leaves nothing out.

    Args:
        action: The beginning of the action: ``users.`` or ``chits.payment_recorded``.
        person: Part of a name, or an id: of who did it or of whom it is about.
        subject_kind: ``group``, ``user``, ``draw`` ...
        subject_id: Its id.
        since: The first moment.
        until: The first moment left out.
        text: Part of the facts, the subject, the address or the request.
    """

    action: str = ""
    person: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """The first place at which the trail does not hold.

    Args:
        code: ``link_missing``, ``entry_missing``, ``entry_changed``, ``entry_unsealed``,
            ``head_differs`` or ``head_not_reached``.
        seq: The place; of an unsealed entry, the last place that holds.
        entry_id: Of the entry, when there is one.
    """

    code: str
    seq: int
    entry_id: int | None = None

    @property
    def sentence(self) -> str:
        """What it means, for people."""
        return _SENTENCES[self.code].format(seq=self.seq, entry_id=self.entry_id)


_SENTENCES = {
    "link_missing": "Seal {seq} is missing: entries were taken out of the trail.",
    "entry_missing": "Seal {seq} stands, but its entry {entry_id} is gone.",
    "entry_changed": "Entry {entry_id} at seal {seq} is not what was sealed.",
    "entry_unsealed": "Entry {entry_id} has waited too long for its seal after {seq}.",
    "head_differs": "The trail has another hash at seal {seq} than the one you hold.",
    "head_not_reached": "The trail ends before seal {seq}, which you hold: its end was cut off.",
}
