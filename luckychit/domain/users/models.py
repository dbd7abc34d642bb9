"""Tables of people and their sessions. Private to the domain; entries use queries."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from luckychit.core.ids import new_id


class User(SQLModel, table=True):
    """A person with sign-in.

    ``one_time_expires_at`` is set exactly while the password is a one-time password.
    ``password_changed_at`` is when the person last chose a password; it stays set when
    a one-time password replaces it, because the account has an owner from then on.
    ``public_name`` is how a winner chose to be shown to everybody; None is not at all.
    ``totp_secret`` is encrypted; it counts once ``totp_confirmed_at`` is set, and no code of
    a step up to ``totp_last_step`` is taken again. ``reality_check_min`` is how often the
    person wants to be reminded of play, in minutes.
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
        CheckConstraint("language IN ('en','hi')", name="users_language"),
        CheckConstraint("theme IN ('system','light','dark')", name="users_theme"),
        CheckConstraint("birth_date > '1900-01-01'", name="users_birth_date"),
        CheckConstraint("email_verified_at IS NULL OR email IS NOT NULL", name="users_verified"),
        CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="users_totp_confirmed"
        ),
        CheckConstraint("reality_check_min BETWEEN 15 AND 240", name="users_reality_check"),
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
    email_verified_at: datetime | None = None
    language: str = Field(default="en", max_length=8)
    theme: str = Field(default="system", max_length=8)
    public_name: str | None = Field(default=None, max_length=30)
    birth_date: date | None = None
    reality_check_min: int | None = None
    totp_secret: bytes | None = None
    totp_confirmed_at: datetime | None = None
    totp_last_step: int = Field(default=0, sa_type=BigInteger)
    created_by: uuid.UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime


class UserSession(SQLModel, table=True):
    """One signed-in browser or program; the row is the session.

    A browser's cookie only names it (``token_hash``). A program holds access tokens and a
    chain of refresh tokens instead: then the row is also the family of those.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_hash", name="sessions_token_hash_once"),
        CheckConstraint("octet_length(token_hash) = 32", name="sessions_token_hash_sha256"),
        CheckConstraint("kind IN ('web','api')", name="sessions_kind"),
        CheckConstraint(
            "(kind = 'web') = (token_hash IS NOT NULL)", name="sessions_of_browsers_have_a_cookie"
        ),
        CheckConstraint("last_seen_at >= created_at", name="sessions_seen_after_creation"),
        Index("sessions_by_user", "user_id", "created_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id")
    kind: str = Field(default="web", max_length=8)
    token_hash: bytes | None = None
    address: str = Field(max_length=64)
    user_agent: str = Field(max_length=300)
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None = None
    second_factor_at: datetime | None = None


class RefreshToken(SQLModel, table=True):
    """One refresh token of a session; used once, it has one successor."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("token_hash", name="refresh_tokens_token_hash_once"),
        UniqueConstraint("parent_id", name="refresh_tokens_one_successor"),
        CheckConstraint("octet_length(token_hash) = 32", name="refresh_tokens_sha256"),
        Index("refresh_tokens_by_session", "session_id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", ondelete="CASCADE")
    parent_id: uuid.UUID | None = Field(
        default=None, foreign_key="refresh_tokens.id", ondelete="CASCADE"
    )
    token_hash: bytes
    issued_at: datetime
    used_at: datetime | None = None


class AccountLink(SQLModel, table=True):
    """A secret that was handed to a person for one purpose, once, for a short time.

    ``email`` is the address it was sent to, when it was sent to one: a link confirms that
    address and no other. ``tries`` counts wrong codes of a second factor.
    """

    __tablename__ = "account_links"
    __table_args__ = (
        UniqueConstraint("token_hash", name="account_links_token_hash_once"),
        CheckConstraint("octet_length(token_hash) = 32", name="account_links_sha256"),
        CheckConstraint(
            "purpose IN ('verify_email','reset_password','second_factor')",
            name="account_links_purpose",
        ),
        CheckConstraint("expires_at > created_at", name="account_links_expire"),
        CheckConstraint("tries >= 0", name="account_links_tries_not_negative"),
        Index("account_links_by_user", "user_id", "purpose", "created_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="users.id")
    purpose: str = Field(max_length=16)
    token_hash: bytes
    email: str | None = Field(default=None, max_length=254)
    tries: int = 0
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class RecoveryCode(SQLModel, table=True):
    """A code that stands in once for a lost authenticator app."""

    __tablename__ = "recovery_codes"
    __table_args__ = (
        CheckConstraint("octet_length(code_hash) = 32", name="recovery_codes_sha256"),
    )

    user_id: uuid.UUID = Field(foreign_key="users.id", primary_key=True)
    code_hash: bytes = Field(primary_key=True)
    created_at: datetime
    used_at: datetime | None = None


class SignInCounter(SQLModel, table=True):
    """Failures against or from one subject, as of a moment; they leak away with time.

    The subject is a keyed hash: the table names neither people nor addresses.
    """

    __tablename__ = "sign_in_counters"
    __table_args__ = (
        CheckConstraint(
            "scope IN ('pair','account','address','change','second_factor','letter')",
            name="sign_in_counters_scope",
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
