"""Use-cases of a group's beginning: made, then started when every seat is taken."""

import uuid
from datetime import date, time

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import InvalidInput
from luckychit.core.ids import new_id
from luckychit.domain.actors import Actor, require
from luckychit.domain.audit.operations import record
from luckychit.domain.chits import errors, rules
from luckychit.domain.chits.models import ChitGroup, GroupMember, GroupStatus
from luckychit.domain.chits.operations import draws, dues
from luckychit.domain.chits.rules import checks
from luckychit.domain.chits.rules.terms import NAME_LONGEST, Terms
from luckychit.domain.chits.service.access import lock_own_group
from luckychit.domain.notify.operations import tell


@retried
def create_group(  # noqa: PLR0913 - one for each term of a group
    *,
    actor: Actor,
    key: str,
    name: str,
    monthly_installment_minor: int,
    max_members: int,
    commission_bps: int,
    draw_day: int,
    starts_on: date,
    currency: str = "INR",
    duration_months: int | None = None,
    total_value_minor: int | None = None,
    draw_time: time = time(18, 0),
    time_zone: str = "Asia/Kolkata",
    gst_bps: int = 0,
    short_collection: str = "collected",
) -> uuid.UUID:
    """Make a group and return its id; with a known key, the first one's.

    Args:
        actor: A manager, who becomes its foreman.
        key: Idempotency key of the request, at most 80 characters.
        name: 1 to 100 characters.
        monthly_installment_minor: Of one seat, minor units, 1 to 10**12.
        max_members: Seats, 2 to 120.
        commission_bps: 0 to 700.
        draw_day: 1 to 31; short months use their last day.
        starts_on: Any day of the month of instalment 1.
        currency: ISO 4217 code.
        duration_months: When given, must equal ``max_members``.
        total_value_minor: When given, must equal instalment x seats.
        draw_time: Cut-off on the draw day, local to ``time_zone``.
        time_zone: IANA name.
        gst_bps: Tax on the commission, 0 to 10,000.
        short_collection: ``collected`` or ``foreman_advances``.

    Raises:
        NotAllowed: The actor is not a manager.
        InvalidInput: Fields have a wrong type or are out of range.
        CommissionAboveCap: More than the law allows.
        TotalDoesNotAddUp: The total given is not instalment x seats.
        DurationDoesNotFit: The duration given is not one month for each seat.
        KeyReused: The key was used for another group.
    """
    require(actor, "manager")
    known_key = checks.checked_key(key)
    wrong: dict[str, str] = {}
    group_name = checks.line(wrong, "name", name, NAME_LONGEST)
    try:
        terms = rules.checked_terms(
            currency=currency,
            monthly_installment_minor=monthly_installment_minor,
            max_members=max_members,
            commission_bps=commission_bps,
            gst_bps=gst_bps,
            draw_day=draw_day,
            starts_on=starts_on,
            draw_time=draw_time,
            time_zone=time_zone,
            short_collection=short_collection,
        )
    except InvalidInput as also:
        raise InvalidInput(wrong | also.fields) from None
    checks.raise_if_any(wrong)
    rules.check_totals(terms, total_value_minor=total_value_minor, duration_months=duration_months)
    with transaction() as session:
        return _make(session, actor, known_key, group_name, terms)


def _make(session: Session, actor: Actor, key: str, name: str, terms: Terms) -> uuid.UUID:
    asked = {"manager_id": actor.user_id, "name": name, **terms.stored}
    now = clock.now()
    made = session.execute(
        insert(ChitGroup)
        .values(
            id=new_id(),
            status=GroupStatus.FORMING.value,
            idempotency_key=key,
            created_at=now,
            **asked,
        )
        .on_conflict_do_nothing(index_elements=[col(ChitGroup.idempotency_key)])
        .returning(col(ChitGroup.id))
    ).scalar_one_or_none()
    if made is not None:
        record(
            session,
            action="chits.group_created",
            actor=actor,
            subject=("group", made),
            now=now,
            manager_id=actor.user_id,
            group=name,
            seats=terms.seats,
            instalment_minor=terms.instalment_minor,
            currency=terms.currency,
            commission_bps=terms.commission_bps,
        )
        return made
    known = session.exec(select(ChitGroup).where(ChitGroup.idempotency_key == key)).one()
    if any(getattr(known, field) != value for field, value in asked.items()):
        raise errors.KeyReused(key=key, group_id=known.id)
    return known.id


@retried
def start_group(*, actor: Actor, group_id: uuid.UUID) -> None:
    """Start a group: write every due and open the first instalment's draw.

    Does nothing when the group is already running, so a double click is harmless.

    Args:
        actor: The group's manager.
        group_id: A group whose seats are all taken.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        SeatsStillFree: Not every seat is taken.
        GroupNotForming: The group is completed.
        Busy: Another caller holds the group for more than three seconds.
    """
    with transaction() as session:
        group = lock_own_group(session, actor, group_id)
        if group.status == GroupStatus.ACTIVE.value:
            return
        if group.status != GroupStatus.FORMING.value:
            raise errors.GroupNotForming(group_id=group.id)
        seats = session.exec(
            select(GroupMember)
            .where(GroupMember.group_id == group.id)
            .order_by(col(GroupMember.seat_number))
        ).all()
        if len(seats) < group.max_members:
            raise errors.SeatsStillFree(taken=len(seats), seats=group.max_members)
        now = clock.now()
        group.status = GroupStatus.ACTIVE.value
        group.started_at = now
        session.add(group)
        session.flush()
        dues.make_dues(session, group=group, seats=seats)
        draws.open_instalment(session, group=group, instalment=1, now=now)
        record(
            session,
            action="chits.group_started",
            actor=actor,
            subject=("group", group.id),
            now=now,
            manager_id=group.manager_id,
            group=group.name,
        )
        tell(
            session,
            kind="group_started",
            now=now,
            manager_id=group.manager_id,
            group_id=group.id,
            group=group.name,
        )
