"""The arithmetic of a group before it exists, and a pasted list before it is added."""

import uuid
from collections import Counter
from datetime import date, time

from sqlmodel import Session, col, func, or_, select

from luckychit.core.db import reading
from luckychit.core.money import Money
from luckychit.domain.actors import Actor, Role
from luckychit.domain.chits import rules
from luckychit.domain.chits.models import ChitGroup, GroupMember
from luckychit.domain.chits.queries.access import own_group
from luckychit.domain.chits.queries.views import PastedLine, TermsView
from luckychit.domain.chits.rules.pasting import ListedMember, listed_members
from luckychit.domain.users.models import User


def preview_terms(
    *,
    currency: str,
    monthly_installment_minor: int,
    max_members: int,
    commission_bps: int,
    gst_bps: int,
    draw_day: int,
    starts_on: date,
    draw_time: time,
    time_zone: str,
) -> TermsView:
    """Return what follows from these terms; writes nothing and asks for no actor.

    Args:
        currency: ISO 4217 code.
        monthly_installment_minor: Of one seat, minor units.
        max_members: Seats, 2 to 120.
        commission_bps: 0 to 700.
        gst_bps: Tax on the commission, 0 to 10,000.
        draw_day: 1 to 31.
        starts_on: Any day of the month of instalment 1.
        draw_time: Cut-off on the draw day, local.
        time_zone: IANA name.

    Raises:
        InvalidInput: Fields have a wrong type or are out of range.
        CommissionAboveCap: More than the law allows.
    """
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
    )
    month = terms.full_month
    return TermsView(
        total_value=Money(terms.total_minor, terms.currency),
        commission=Money(month.commission_minor, terms.currency),
        gst=Money(month.gst_minor, terms.currency),
        prize=Money(month.prize_minor, terms.currency),
        first_draw_at=terms.draw_moment(1),
        last_draw_at=terms.draw_moment(terms.duration_months),
        net_cost_per_seat=Money(rules.net_cost_minor(month), terms.currency),
    )


def preview_members(*, actor: Actor, group_id: uuid.UUID, pasted: str) -> list[PastedLine]:
    """Return each line of a pasted list with what is wrong with it; writes nothing.

    Args:
        actor: The group's manager.
        group_id: The group.
        pasted: The list, at most 500 lines.

    Raises:
        NotAllowed: The actor is not a manager.
        GroupNotFound: There is no such group, or it is another manager's.
        InvalidInput: There is nothing to read, or too much.
    """
    with reading() as session:
        group = own_group(session, actor=actor, group_id=group_id)
        return judged_lines(session, group, listed_members(pasted))


def judged_lines(
    session: Session, group: ChitGroup, listed: list[ListedMember]
) -> list[PastedLine]:
    """Return the lines with what the group itself adds to their problems.

    A person who already holds a seat gets another only when the line states its seats
    (``x1``): pasting a list twice is more likely than a second seat. An organiser or a
    closed account cannot join. Seats are counted in the list's order until none is left.

    Args:
        session: The open transaction.
        group: The group.
        listed: What the list says by itself.
    """
    numbers = {line.mobile_number for line in listed if not line.problem}
    barred = set(
        session.exec(
            select(User.mobile_number).where(
                col(User.mobile_number).in_(numbers),
                or_(User.role != Role.MEMBER.value, col(User.deactivated_at).is_not(None)),
            )
        )
    )
    held = Counter(
        session.exec(
            select(User.mobile_number)
            .join(GroupMember, col(GroupMember.user_id) == col(User.id))
            .where(GroupMember.group_id == group.id, col(User.mobile_number).in_(numbers))
        )
    )
    taken = session.exec(
        select(func.count()).select_from(GroupMember).where(GroupMember.group_id == group.id)
    ).one()
    left, lines = group.max_members - taken, []
    for line in listed:
        problem = line.problem or _problem_here(line, held[line.mobile_number], barred, left)
        if not problem:
            left -= line.seats
        lines.append(_pasted(line, problem))
    return lines


def _problem_here(line: ListedMember, held: int, barred: set[str | None], left: int) -> str:
    if line.mobile_number in barred:
        return "This mobile number cannot join as a member."
    if held and not line.seats_stated:
        return "Already holds a seat here. For one more write x1."
    if line.seats > left:
        return f"Not enough free seats: {left} left here."
    return ""


def _pasted(line: ListedMember, problem: str) -> PastedLine:
    return PastedLine(
        line_number=line.line_number,
        typed=line.typed,
        full_name=line.full_name,
        mobile_number=line.mobile_number,
        seats=line.seats,
        problem=problem,
    )
