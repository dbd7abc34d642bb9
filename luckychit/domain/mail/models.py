"""The outbox of letters. Private to the domain."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from luckychit.core.ids import new_id


class Mail(SQLModel, table=True):
    """One letter, from being written to being sent or given up."""

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("status IN ('waiting','sent','given_up')", name="mails_status"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="mails_sent_at"),
        CheckConstraint("tries >= 0", name="mails_tries_not_negative"),
        Index("mails_to_send", "next_try_at", postgresql_where=text("status = 'waiting'")),
        Index("mails_by_user", "user_id", "id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    kind: str = Field(max_length=40)
    to_address: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    body_text: str
    body_html: str
    status: str = Field(default="waiting", max_length=16)
    tries: int = 0
    next_try_at: datetime
    last_problem: str = Field(default="", max_length=300)
    created_at: datetime
    sent_at: datetime | None = None
