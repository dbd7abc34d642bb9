"""What the database itself refuses to do to the trail, even from a program without rules."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from luckychit.domain.audit import service
from tests.helpers.trail import note

TABLES = {"audit_entries": "action = 'x'", "audit_links": "seq = seq + 1"}


@pytest.fixture
def sealed(db):
    note(None)
    assert service.seal() == 1
    return db


def refusal(engine, statement: str) -> str:
    with engine.connect() as connection, connection.begin():
        try:
            connection.execute(text(statement))
        except DBAPIError as exc:
            return str(exc.orig).splitlines()[0]
        connection.rollback()
    return ""


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_rewritten_deleted_or_emptied(sealed, table):
    for statement in (
        f"UPDATE {table} SET {TABLES[table]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
    ):
        assert "permission denied" in refusal(sealed.app, statement), statement
        assert "append-only" in refusal(sealed.owner, statement), statement


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("1, 999, sha256('')", "audit_links_pkey"),
        ("2, (SELECT id FROM audit_entries), sha256('')", "audit_links_entry_once"),
        ("0, 999, sha256('')", "audit_links_seq_from_one"),
        ("2, 999, 'short'", "audit_links_sha256"),
    ],
)
def test_a_link_that_cannot_be_is_refused(sealed, values, constraint):
    assert constraint in refusal(sealed.app, f"INSERT INTO audit_links VALUES ({values})")


def test_the_app_cannot_choose_an_entrys_number(sealed):
    row = "SELECT 1, written_in, action, actor_id, actor_role, subject_kind, subject_id"
    rest = "owner_id, manager_id, facts, address, request_id, happened_at FROM audit_entries"
    assert "cannot insert" in refusal(sealed.app, f"INSERT INTO audit_entries {row}, {rest}")
