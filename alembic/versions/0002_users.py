"""Create the tables of people, their sessions and their managers."""

import sqlalchemy as sa

from alembic import op

revision = "0002_users"
down_revision = "0001_roles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("full_name", sa.String(length=100), nullable=False),
        sa.Column("mobile_number", sa.String(length=16), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("username", sa.String(length=30), nullable=True),
        sa.Column("password_hash", sa.String(length=100), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("one_time_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="users_email_lower"),
        sa.CheckConstraint(
            "mobile_number ~ '^[+][1-9][0-9]{6,14}$'", name="users_mobile_number_e164"
        ),
        sa.CheckConstraint("role IN ('admin','manager','member')", name="users_role"),
        sa.CheckConstraint("username ~ '^[a-z][a-z0-9._-]{2,29}$'", name="users_username_lower"),
        sa.CheckConstraint("length(btrim(full_name)) >= 1", name="users_full_name_not_blank"),
        sa.CheckConstraint(
            "must_change_password = (one_time_expires_at IS NOT NULL)",
            name="users_one_time_password_expires",
        ),
        sa.CheckConstraint(
            "num_nonnulls(mobile_number, email, username) >= 1", name="users_can_be_addressed"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="users_email_once"),
        sa.UniqueConstraint("mobile_number", name="users_mobile_number_once"),
        sa.UniqueConstraint("username", name="users_username_once"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_seen_at >= created_at", name="sessions_seen_after_creation"),
        sa.CheckConstraint("octet_length(token_hash) = 32", name="sessions_token_hash_sha256"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", name="sessions_token_hash_once"),
    )
    op.create_index("sessions_by_user", "sessions", ["user_id", "created_at"], unique=False)
    op.create_table(
        "sign_in_counters",
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scope IN ('pair','account','address','change')", name="sign_in_counters_scope"
        ),
        sa.CheckConstraint("failure_count >= 0", name="sign_in_counters_not_negative"),
        sa.CheckConstraint("octet_length(subject) = 32", name="sign_in_counters_subject_hash"),
        sa.PrimaryKeyConstraint("scope", "subject"),
    )
    op.create_table(
        "manager_members",
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("manager_id <> user_id", name="manager_members_two_people"),
        sa.ForeignKeyConstraint(
            ["manager_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("manager_id", "user_id"),
    )
    op.create_index("manager_members_by_user", "manager_members", ["user_id"], unique=False)

    # The app changes what a person's sign-in needs, and nothing else about a person:
    # role, name and logins stay as they were written. Only what counts failures and
    # sessions that have long ended may be removed.
    op.execute(
        "GRANT UPDATE (password_hash, must_change_password, one_time_expires_at, "
        "password_changed_at, last_signed_in_at, deactivated_at) ON users TO luckychit_app"
    )
    op.execute("GRANT UPDATE (last_seen_at, revoked_at), DELETE ON sessions TO luckychit_app")
    op.execute(
        "GRANT UPDATE (failure_count, as_of, blocked_until), DELETE "
        "ON sign_in_counters TO luckychit_app"
    )


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
