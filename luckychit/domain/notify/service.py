"""What a reader of news may do: mark one piece as read."""

import uuid

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.domain.actors import Actor, require
from luckychit.domain.notify import errors
from luckychit.domain.notify.models import News, NewsRead
from luckychit.domain.notify.queries import concerns


@retried
def mark_read(*, actor: Actor, group_ids: list[uuid.UUID], news_id: int) -> None:
    """Note that the actor has read one piece of news; again changes nothing.

    Args:
        actor: Anybody signed in.
        group_ids: Groups and rooms the caller has already checked the actor belongs to.
        news_id: Of the piece, 1 to 2**63 - 1.

    Raises:
        SignInNeeded: Nobody acts.
        NewsNotFound: There is no such news, or it does not concern the actor.
    """
    require(actor, "member", "manager", "admin")
    with transaction() as session:
        found = select(News.id).where(News.id == news_id, concerns(actor, group_ids))
        if session.exec(found).one_or_none() is None:
            raise errors.NewsNotFound(news_id=news_id, actor=actor.user_id)
        session.execute(
            insert(NewsRead)
            .values(user_id=actor.user_id, news_id=news_id, read_at=clock.now())
            .on_conflict_do_nothing(index_elements=[col(NewsRead.user_id), col(NewsRead.news_id)])
        )
