"""Row locks of a circle, always taken in one order, so that nobody waits in a ring.

The order: chit_groups row, monthly_draws row, dues (by instalment, then seat), the
manager's receipt counter, ledger accounts (inside wallet.post, by ascending id).
Whoever changes anything of a circle takes the group's row first, and reads the clock
after that: moments written under the lock then never go back.
"""

import uuid

from sqlmodel import Session, col, select

from luckychit.domain.chits import errors
from luckychit.domain.chits.models import ChitGroup, DrawStatus, MonthlyDraw


def lock_group(session: Session, group_id: uuid.UUID) -> ChitGroup:
    """Lock a group's row until the transaction ends and return it as it is now.

    Raises:
        GroupNotFound: There is no such group.
    """
    group = session.exec(
        select(ChitGroup)
        .where(ChitGroup.id == group_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if group is None:
        raise errors.GroupNotFound(group_id=group_id)
    return group


def lock_present_draw(session: Session, group_id: uuid.UUID) -> MonthlyDraw | None:
    """Lock the one draw of the group that has no winner yet; None when there is none."""
    return session.exec(
        select(MonthlyDraw)
        .where(
            MonthlyDraw.group_id == group_id,
            col(MonthlyDraw.status) != DrawStatus.DRAWN.value,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_draw(session: Session, monthly_draw_id: uuid.UUID) -> MonthlyDraw | None:
    """Lock one draw's row and return it as it is now; None when there is none."""
    return session.exec(
        select(MonthlyDraw)
        .where(MonthlyDraw.id == monthly_draw_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
