"""Create rooms and their members."""

import sqlalchemy as sa

from alembic import op

revision = "0011_rooms"
down_revision = "0010_tickets"
branch_labels = None
depends_on = None

# The service locks the room's row and counts; this holds for whoever forgets to.
PLACE_GUARD = """
CREATE FUNCTION guard_lobby_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most integer;
BEGIN
    SELECT max_participants INTO most FROM lobbies WHERE id = NEW.lobby_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM lobby_members WHERE lobby_id = NEW.lobby_id) >= most THEN
        RAISE EXCEPTION 'room % has % places and no more', NEW.lobby_id, most
            USING ERRCODE = 'check_violation', TABLE = 'lobby_members',
                  CONSTRAINT = 'lobby_has_places';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lobby_member_has_place BEFORE INSERT ON lobby_members
    FOR EACH ROW EXECUTE FUNCTION guard_lobby_place();
"""

# Who has a ticket is in the list of the draw, and a room always has its host.
LEAVING_GUARD = """
CREATE FUNCTION guard_lobby_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    room lobbies;
BEGIN
    SELECT * INTO room FROM lobbies WHERE id = OLD.lobby_id;
    IF room.host_id = OLD.user_id THEN
        RAISE EXCEPTION 'the host of room % stays in it', room.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM tickets WHERE user_id = OLD.user_id AND draw_id = room.draw_id
    ) THEN
        RAISE EXCEPTION 'who has a ticket of room % stays in it', room.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER lobby_member_may_leave BEFORE DELETE ON lobby_members
    FOR EACH ROW EXECUTE FUNCTION guard_lobby_leaving();
"""

# The row of the buyer is held until the sale has ended, so nobody leaves meanwhile.
TICKET_GUARD = """
CREATE FUNCTION guard_room_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM lobby_members m JOIN lobbies l ON l.id = m.lobby_id
        WHERE l.draw_id = NEW.draw_id AND m.user_id = NEW.user_id FOR KEY SHARE OF m;
    IF NOT FOUND AND EXISTS (SELECT FROM lobbies WHERE draw_id = NEW.draw_id) THEN
        RAISE EXCEPTION 'ticket % of %: only who is in a room buys there',
            NEW.position, NEW.draw_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_of_a_room_member AFTER INSERT ON tickets
    FOR EACH ROW WHEN (NEW.draw_id LIKE 'LOBBY-%') EXECUTE FUNCTION guard_room_ticket();
"""

# A room is what its host made it; it is started once.
ROOM_GUARD = """
CREATE FUNCTION guard_lobby() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed lobbies := NEW;
BEGIN
    sealed.started_at := OLD.started_at;
    IF sealed IS DISTINCT FROM OLD
        OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
    THEN
        RAISE EXCEPTION 'room % is sealed, and is started once', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lobby_is_sealed BEFORE UPDATE ON lobbies
    FOR EACH ROW EXECUTE FUNCTION guard_lobby();
"""

# At COMMIT: a new room has its host in it and sells for a draw of its own.
HOST_GUARD = """
CREATE FUNCTION guard_lobby_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM lobby_members WHERE lobby_id = NEW.id AND user_id = NEW.host_id
    ) THEN
        RAISE EXCEPTION 'room % has no host in it', NEW.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.draw_id <> 'LOBBY-' || NEW.code OR NOT EXISTS (
        SELECT FROM draws WHERE draw_id = NEW.draw_id AND kind = 'room'
    ) THEN
        RAISE EXCEPTION 'room % has not its own draw', NEW.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lobby_has_host AFTER INSERT ON lobbies
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_lobby_host();
"""

# At COMMIT: what is started has been announced anew, with enough tickets to draw.
START_GUARD = """
CREATE FUNCTION guard_lobby_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM draws WHERE draw_id = NEW.draw_id
            AND proof_id = NEW.draw_id || '-2' AND total_entries >= fewest_entries
    ) THEN
        RAISE EXCEPTION 'room % is started without its announcement', NEW.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lobby_is_announced AFTER UPDATE OF started_at ON lobbies
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.started_at IS NOT NULL)
    EXECUTE FUNCTION guard_lobby_start();
"""
KEPT = (
    """
    CREATE TRIGGER lobbies_are_kept BEFORE DELETE OR TRUNCATE ON lobbies
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER lobby_members_are_kept BEFORE UPDATE OR TRUNCATE ON lobby_members
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)
GRANTS = (
    "GRANT UPDATE (started_at) ON lobbies TO luckychit_app",
    "GRANT DELETE ON lobby_members TO luckychit_app",
    # Only for the right to lock a row: a change is refused above.
    "GRANT UPDATE (joined_at) ON lobby_members TO luckychit_app",
)
GUARDS = (PLACE_GUARD, LEAVING_GUARD, TICKET_GUARD, ROOM_GUARD, HOST_GUARD, START_GUARD)


def upgrade() -> None:
    """Apply."""
    _create_rooms()
    for statement in (*GUARDS, *KEPT, *GRANTS):
        op.execute(statement)


def _create_rooms() -> None:
    op.create_table(
        "lobbies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.String(40), nullable=False),
        sa.Column("max_participants", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code ~ '^[A-HJ-NP-Z2-9]{6,10}$'", name="lobby_code"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="lobby_name"),
        sa.CheckConstraint("max_participants BETWEEN 2 AND 50", name="lobby_participants"),
        sa.CheckConstraint("started_at IS NULL OR started_at < expires_at", name="lobby_started"),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.draw_id"]),
        sa.ForeignKeyConstraint(["host_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name="lobby_code_once"),
        sa.UniqueConstraint("draw_id", name="lobby_draw_once"),
        sa.UniqueConstraint("host_id", "key", name="lobby_key_once"),
    )
    op.create_table(
        "lobby_members",
        sa.Column("lobby_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lobby_id"], ["lobbies.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("lobby_id", "user_id"),
    )
    op.create_index("lobbies_of_a_person", "lobby_members", ["user_id", "joined_at"])


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
