"""Tables of people and their sessions. Private to the domain; entries use queries."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from luckychit.core.ids import new_id


class Role(StrEnum):
    """What a person may do; fixed when the account is made."""

    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"


class User(SQLModel, table=True):
    """A person with sign-in.

    ``one_time_expires_at`` is set exactly while the password is a one-time password.
    ``password_changed_at`` is when the person last chose a password; it stays set when
    a one-time password replaces it, because the account has an owner from then on.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("mobile_number", name="users_mobile_number_once"),
        UniqueConstraint("email", name="users_email_once"),
        UniqueConstraint("username", name="users_username_once"),
        CheckConstraint("role IN ('admin','manager','member')", name="users_role"),
        CheckConstraint("mobile_number ~ '^[+][1-9][0-9]{6,14}$'", name="users_mobile_number_e164"),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="users_email_lower"),
        CheckConstraint("username ~ '^[a-z][a-z0-9._-]{2,29}$'", name="users_username_lower"),
        CheckConstraint(
            "num_nonnulls(mobile_number, email, username) >= 1", name="users_can_be_addressed"
        ),
        CheckConstraint("length(btrim(full_name)) >= 1", name="users_full_name_not_blank"),
        CheckConstraint(
            "must_change_password = (one_time_expires_at IS NOT NULL)",
            name="users_one_time_password_expires",
        ),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    role: str = Field(max_length=16)
    full_name: str = Field(max_length=100)
    mobile_number: str | None = Field(default=None, max_length=16)
    email: str | None = Field(default=None, max_length=254)
    username: str | None = Field(default=None, max_length=30)
    password_hash: str = Field(max_length=100)
    must_change_password: bool
    one_time_expires_at: datetime | None = None
    password_changed_at: datetime | None = None
    last_signed_in_at: datetime | None = None
    deactivated_at: datetime | None = None
    created_by: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime


class UserSession(SQLModel, table=True):
    """One signed-in browser; the row is the session, the cookie only names it."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_hash", name="sessions_token_hash_once"),
        CheckConstraint("octet_length(token_hash) = 32", name="sessions_token_hash_sha256"),
        CheckConstraint("last_seen_at >= created_at", name="sessions_seen_after_creation"),
        Index("sessions_by_user", "user_id", "created_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id")
    token_hash: bytes
    address: str = Field(max_length=64)
    user_agent: str = Field(max_length=300)
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None = None


class SignInCounter(SQLModel, table=True):
    """Failures against or from one subject, as of a moment; they leak away with time.

    The subject is a keyed hash: the table names neither people nor addresses.
    """

    __tablename__ = "sign_in_counters"
    __table_args__ = (
        CheckConstraint(
            "scope IN ('pair','account','address','change')", name="sign_in_counters_scope"
        ),
        CheckConstraint("octet_length(subject) = 32", name="sign_in_counters_subject_hash"),
        CheckConstraint("failure_count >= 0", name="sign_in_counters_not_negative"),
    )

    scope: str = Field(primary_key=True, max_length=16)
    subject: bytes = Field(primary_key=True)
    failure_count: int
    as_of: datetime
    blocked_until: datetime | None = None


class ManagerMember(SQLModel, table=True):
    """A manager knows this member, and may put the member into the manager's circles."""

    __tablename__ = "manager_members"
    __table_args__ = (
        CheckConstraint("manager_id <> user_id", name="manager_members_two_people"),
        Index("manager_members_by_user", "user_id"),
    )

    manager_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    linked_at: datetime


class SelfExclusion(SQLModel, table=True):
    """A break from games that a person took; append-only, so nobody can end it early."""

    __tablename__ = "self_exclusions"
    __table_args__ = (CheckConstraint("until > created_at", name="self_exclusion_lasts"),)

    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    until: datetime = Field(primary_key=True)
    created_at: datetime
