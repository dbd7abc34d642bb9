"""The ledger as who attacks it sees it: a connection with the rights of the app, and raw rows."""

import pytest
from sqlalchemy import text

from luckychit.domain.wallet import queries
from tests.helpers.ledger import raw_account, raw_entries, raw_transaction


@pytest.fixture
def app(db):
    """A connection of the app's role, in a transaction that the test ends."""
    with db.app.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "luckychit_app"
        yield connection
        connection.rollback()
    assert queries.audit() == []


@pytest.fixture
def pair(app) -> tuple[int, int]:
    """Two accounts that may hold any balance."""
    return raw_account(app), raw_account(app)


@pytest.fixture
def old_transaction(app, pair):
    """A committed, balanced transaction."""
    made = raw_transaction(app)
    raw_entries(app, made, (pair[0], -5), (pair[1], 5))
    app.commit()
    return made
