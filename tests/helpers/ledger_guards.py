"""Takes the ledger's guards away, to see what each of them prevents."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from tests.helpers.database import Database
from tests.helpers.ledger import constraint_definition

WITHOUT_LOCKS = """
CREATE OR REPLACE FUNCTION lock_ledger_accounts(wanted bigint[]) RETURNS SETOF ledger_accounts
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM ledger_accounts WHERE id = ANY (wanted);
END $$
"""
# With tests.meets on, a payment waits after its first lock until two hold their first: so
# neither can be through before the other has begun. They are counted by an advisory lock.
WITHOUT_ORDER = """
CREATE OR REPLACE FUNCTION lock_ledger_accounts(wanted bigint[]) RETURNS SETOF ledger_accounts
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sign bigint := current_setting('tests.lock_sign')::bigint;
    one bigint;
BEGIN
    FOR one IN SELECT id FROM unnest(wanted) AS id ORDER BY id * sign LOOP
        RETURN QUERY SELECT * FROM ledger_accounts WHERE id = one FOR NO KEY UPDATE;
        IF current_setting('tests.meets') = 'on' THEN
            PERFORM set_config('tests.meets', 'off', true), pg_advisory_xact_lock_shared(2);
            WHILE (SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
                   WHERE datname = current_database() AND locktype = 'advisory'
                   AND objid = 2 AND granted) < 2 LOOP
                ASSERT clock_timestamp() < now() + interval '20 s', 'the other never came';
                PERFORM pg_sleep(0.005);
            END LOOP;
        END IF;
    END LOOP;
END $$
"""


@contextmanager
def without(db: Database, take_away: str, give_back: str) -> Iterator[None]:
    """Take a guard away, as the owner; empty the tables and give it back afterwards."""
    with db.owner.begin() as owner:
        owner.exec_driver_sql(take_away.replace("%", "%%"))
    try:
        yield
    finally:
        db.empty()
        with db.owner.begin() as owner:
            owner.exec_driver_sql(give_back.replace("%", "%%"))


def definition_of(db: Database, function: str) -> str:
    """What brings a function back word for word."""
    with db.owner.connect() as owner:
        return owner.execute(
            text("SELECT pg_get_functiondef(CAST(:name AS regproc))"), {"name": function}
        ).scalar_one()


def with_other_locks(db: Database, variant: str):
    """Replace the function that locks accounts by a careless one."""
    return without(db, variant, definition_of(db, "lock_ledger_accounts"))


def without_second_look(db: Database):
    """Let the database believe every balance_after it is told."""
    strict = definition_of(db, "settle_ledger_entries")
    lax = strict.replace("RAISE EXCEPTION 'balance_after", "RAISE DEBUG 'balance_after")
    assert lax != strict
    return without(db, lax, strict)


def without_constraint(db: Database, name: str):
    """Drop a constraint until the end of the scene."""
    with db.owner.connect() as owner:
        table, definition = constraint_definition(owner, name)
    return without(
        db,
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
    )
