"""Count each person's tickets in the tickets themselves, and hold the limit by it."""

import sqlalchemy as sa

from alembic import op

revision = "0015_tickets_held"
down_revision = "0014_settle_in_one_pass"
branch_labels = None
depends_on = None

# The tickets that are there get their count; nothing that is sealed is touched.
COUNT = """
UPDATE tickets t SET held_count = counted.n
FROM (SELECT draw_id, position, row_number() OVER (
        PARTITION BY draw_id, user_id ORDER BY position) AS n FROM tickets) counted
WHERE (t.draw_id, t.position) = (counted.draw_id, counted.position)
"""

# As in 0012, and new: nobody holds more than the terms of the draw allow. Two sales that
# counted the same are stopped by ticket_held_once.
TICKETS_GUARD = """
CREATE OR REPLACE FUNCTION tickets_follow() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    new_ones record;
    d draws%ROWTYPE;
BEGIN
    FOR new_ones IN
        SELECT draw_id, min(position) AS first, max(position) AS last, count(*) AS many,
               min(issued_ms) AS from_ms, max(issued_ms) AS until_ms,
               count(leaf) AS leaves, max(total_entries_at_purchase) AS total,
               max(held_count) AS most_held
        FROM added GROUP BY draw_id
    LOOP
        SELECT * INTO d FROM draws WHERE draw_id = new_ones.draw_id;
        IF NOT FOUND OR d.status <> 'open'
            OR NOT EXISTS (SELECT FROM proof_log
                WHERE draw_id = d.proof_id AND seq = 0 AND entry_type = 'COMMIT')
            OR EXISTS (SELECT FROM proof_log WHERE draw_id = d.proof_id AND seq > 0)
            OR new_ones.from_ms < extract(epoch FROM d.opens_at) * 1000
            OR new_ones.until_ms >= extract(epoch FROM d.locks_at) * 1000
        THEN
            RAISE EXCEPTION 'draw %: tickets are sold from COMMIT to LOCK, while it is open',
                new_ones.draw_id USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_of_an_open_draw';
        END IF;
        IF new_ones.last - new_ones.first + 1 <> new_ones.many
            OR new_ones.first <> 1 + coalesce((SELECT max(position) FROM tickets
                WHERE draw_id = d.draw_id AND position < new_ones.first), 0)
            OR new_ones.last <> d.total_entries OR new_ones.total <> d.total_entries
        THEN
            RAISE EXCEPTION 'draw %: positions % to % leave a gap or are not counted',
                d.draw_id, new_ones.first, new_ones.last USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_without_gap';
        END IF;
        IF new_ones.leaves <> (CASE d.kind WHEN 'daily' THEN new_ones.many ELSE 0 END) THEN
            RAISE EXCEPTION 'draw %: a leaf for each ticket of a day, none for a room',
                d.draw_id USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_have_leaves';
        END IF;
        IF new_ones.most_held > d.most_per_person THEN
            RAISE EXCEPTION 'draw %: nobody may hold % tickets', d.draw_id, new_ones.most_held
                USING ERRCODE = 'restrict_violation',
                TABLE = 'tickets', CONSTRAINT = 'tickets_within_limit';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("tickets", sa.Column("held_count", sa.Integer(), nullable=True))
    op.execute("ALTER TABLE tickets DISABLE TRIGGER tickets_append_only")
    op.execute(COUNT)
    op.execute("ALTER TABLE tickets ENABLE TRIGGER tickets_append_only")
    op.alter_column("tickets", "held_count", nullable=False)
    op.create_check_constraint("ticket_held", "tickets", "held_count >= 1")
    op.create_unique_constraint("ticket_held_once", "tickets", ["user_id", "draw_id", "held_count"])
    op.execute(TICKETS_GUARD)


def downgrade() -> None:
    """Refuse: production goes forward only; restore a backup instead."""
    raise RuntimeError("forward only")
