"""Let people keep their own accounts: sign-up, letters, refresh tokens, second factors."""

import sqlalchemy as sa

from alembic import op

revision = "0017_accounts"
down_revision = "0016_wallets_are_a_view"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _people()
    _sessions()
    _secrets()
    _mails()


def _people() -> None:
    for column in (
        sa.Column("email_verified_at", MOMENT, nullable=True),
        sa.Column("language", sa.String(8), nullable=False, server_default="en"),
        sa.Column("theme", sa.String(8), nullable=False, server_default="system"),
        sa.Column("public_name", sa.String(30), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("reality_check_min", sa.Integer(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", MOMENT, nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("users", column)
    for name, rule in (
        ("users_language", "language IN ('en','hi')"),
        ("users_theme", "theme IN ('system','light','dark')"),
        ("users_birth_date", "birth_date > '1900-01-01'"),
        ("users_verified", "email_verified_at IS NULL OR email IS NOT NULL"),
        ("users_totp_confirmed", "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL"),
        ("users_reality_check", "reality_check_min BETWEEN 15 AND 240"),
    ):
        op.create_check_constraint(name, "users", rule)
    # Never the role, nor who made the account and when.
    op.execute(
        "GRANT UPDATE (full_name, email, mobile_number, username, email_verified_at, language, "
        "theme, public_name, birth_date, reality_check_min, totp_secret, totp_confirmed_at, "
        "totp_last_step) ON users TO luckychit_app"
    )


def _sessions() -> None:
    op.add_column("sessions", sa.Column("kind", sa.String(8), nullable=False, server_default="web"))
    op.add_column("sessions", sa.Column("second_factor_at", MOMENT, nullable=True))
    op.alter_column("sessions", "token_hash", nullable=True)
    op.create_check_constraint("sessions_kind", "sessions", "kind IN ('web','api')")
    op.create_check_constraint(
        "sessions_of_browsers_have_a_cookie",
        "sessions",
        "(kind = 'web') = (token_hash IS NOT NULL)",
    )
    op.execute("GRANT UPDATE (second_factor_at) ON sessions TO luckychit_app")
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("octet_length(token_hash) = 32", name="refresh_tokens_sha256"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["refresh_tokens.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", name="refresh_tokens_token_hash_once"),
        sa.UniqueConstraint("parent_id", name="refresh_tokens_one_successor"),
    )
    op.create_index("refresh_tokens_by_session", "refresh_tokens", ["session_id"], unique=False)
    op.execute("GRANT UPDATE (used_at), DELETE ON refresh_tokens TO luckychit_app")


def _secrets() -> None:
    op.create_table(
        "account_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("octet_length(token_hash) = 32", name="account_links_sha256"),
        sa.CheckConstraint(
            "purpose IN ('verify_email','reset_password','second_factor')",
            name="account_links_purpose",
        ),
        sa.CheckConstraint("expires_at > created_at", name="account_links_expire"),
        sa.CheckConstraint("tries >= 0", name="account_links_tries_not_negative"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", name="account_links_token_hash_once"),
    )
    op.create_index(
        "account_links_by_user", "account_links", ["user_id", "purpose", "created_at"], unique=False
    )
    op.execute("GRANT UPDATE (used_at, tries), DELETE ON account_links TO luckychit_app")
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("octet_length(code_hash) = 32", name="recovery_codes_sha256"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "code_hash"),
    )
    op.execute("GRANT UPDATE (used_at), DELETE ON recovery_codes TO luckychit_app")
    op.drop_constraint("sign_in_counters_scope", "sign_in_counters")
    op.create_check_constraint(
        "sign_in_counters_scope",
        "sign_in_counters",
        "scope IN ('pair','account','address','change','second_factor','letter')",
    )


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("to_address", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body_text", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("last_problem", sa.String(300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('waiting','sent','given_up')", name="mails_status"),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="mails_sent_at"),
        sa.CheckConstraint("tries >= 0", name="mails_tries_not_negative"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mails_by_user", "mails", ["user_id", "id"], unique=False)
    op.create_index(
        "mails_to_send",
        "mails",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    # What a letter says is taken out of a sent one (a link in it is a secret); the rest stays.
    op.execute(
        "GRANT UPDATE (status, tries, next_try_at, last_problem, sent_at, body_text, body_html), "
        "DELETE ON mails TO luckychit_app"
    )


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
