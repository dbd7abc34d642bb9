"""The statement against a list that cannot be wrong, while new lines keep coming.

Goal: whatever was posted, a statement shows exactly those lines of exactly that wallet,
in order, with the balance after each; its pages neither lose nor repeat a line.
"""

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput, SignInNeeded
from luckychit.core.money import Money
from luckychit.core.settings import settings as app_settings
from luckychit.domain.wallet import accounts, operations, queries
from luckychit.domain.wallet.views import StatementFilter
from tests.helpers.ledger import a_key, inr, moved, paid_in, reversed_by
from tests.helpers.people import a_manager, a_member, an_admin

KINDS = ("deposit", "ticket_purchase", "prize_win")
DAWN = datetime(2026, 11, 1, tzinfo=UTC)
ALL = StatementFilter()
pytestmark = pytest.mark.usefixtures("db")

movements = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(-40, 60).filter(bool),
        st.sampled_from(["", "DDL-20261101-00001", "DDL-20261101-00002 to 00004", "Gift 100%"]),
        st.integers(0, 72),  # hours after dawn: not in the order of posting
        st.booleans(),  # of the other wallet
    ),
    max_size=25,
)
filters = st.builds(
    StatementFilter,
    kinds=st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    since=st.none() | st.integers(0, 72).map(lambda hours: DAWN + timedelta(hours=hours)),
    until=st.none() | st.integers(0, 72).map(lambda hours: DAWN + timedelta(hours=hours)),
    text=st.sampled_from(
        ["", "ddl", "0002", "100%", "_", "slip", "00003", "5", "DDL-20261101-3", "X-3"]
    ),
)


def posted(wallet, amount_minor, *, kind="deposit", note="", at=DAWN, reference="Slip"):
    """One movement between a wallet and the house."""
    with transaction() as session:
        return operations.post(
            session,
            key=a_key(),
            kind=kind,
            legs=[(accounts.house(), inr(-amount_minor)), (wallet, inr(amount_minor))],
            now=at,
            reference=reference,
            notes=["", note],
        )


def statement(actor, wanted=ALL, **asked):
    return queries.statement(actor=actor, currency="INR", wanted=wanted, **asked)


def pages(actor, wanted, limit):
    """Every page, and what is new before each of the following ones is read."""
    before = None
    while True:
        page = statement(actor, wanted, before=before, limit=limit)
        yield page.lines
        if page.before is None:
            return
        before = page.before


def shown(line):
    return (line.kind, line.amount, line.balance_after, line.reference, line.happened_at)


def is_wanted(line, wanted):
    kind, _, _, reference, at = line
    return (
        (not wanted.kinds or kind in wanted.kinds)
        and (wanted.since is None or at >= wanted.since)
        and (wanted.until is None or at < wanted.until)
        and (wanted.text.lower() in reference.lower() or is_between(wanted.text, reference))
    )


def is_between(searched, reference):
    """Whether it is a ticket of the one purchase of several: 00002 to 00004."""
    lead, _, number = searched.rpartition("-")
    there = lead.lower() in reference.lower() and reference.endswith(" to 00004")
    return there and number.isdigit() and 2 <= int(number) <= 4


class TestAgainstAList:
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(moves=movements, wanted=filters, limit=st.integers(1, 7))
    def test_shows_every_line_once_and_in_order(self, moves, wanted, limit):
        actor, other = a_member(), a_member()
        expected, balance = [], 0
        for kind, minor, note, hours, of_other in moves:
            at = DAWN + timedelta(hours=hours)
            if of_other:
                posted(accounts.wallet(other.user_id), abs(minor), kind=kind, note=note, at=at)
            elif balance + minor >= 0:
                posted(accounts.wallet(actor.user_id), minor, kind=kind, note=note, at=at)
                balance += minor
                expected.insert(0, (kind, inr(minor), inr(balance), note or "Slip", at))
        expected = [line for line in expected if is_wanted(line, wanted)]

        read = [shown(line) for lines in pages(actor, wanted, limit) for line in lines]
        assert read == expected
        filed = queries.statement_lines(actor=actor, currency="INR", wanted=wanted)
        assert [shown(line) for line in filed] == expected

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        there=st.integers(0, 20),
        arriving=st.lists(st.integers(0, 3), max_size=8),
        limit=st.integers(1, 6),
    )
    def test_pages_stand_while_new_lines_arrive(self, there, arriving, limit):
        actor = a_member()
        wallet = accounts.wallet(actor.user_id)
        for minor in range(1, there + 1):
            posted(wallet, minor)
        news = itertools.chain(arriving, itertools.repeat(0))
        read = []
        for lines in pages(actor, ALL, limit):
            read += [line.amount.amount_minor for line in lines]
            for _ in range(next(news)):
                posted(wallet, 1_000)
        assert read == list(range(there, 0, -1))

    def test_a_file_stands_while_new_lines_arrive(self, monkeypatch):
        monkeypatch.setattr(queries, "LINES_PER_READ", 3)
        actor = a_member()
        wallet = accounts.wallet(actor.user_id)
        for minor in range(1, 10):
            posted(wallet, minor)
        read = []
        for line in queries.statement_lines(actor=actor, currency="INR", wanted=ALL):
            read.append(line.amount.amount_minor)
            posted(wallet, 1_000)
        assert read == list(range(9, 0, -1))


class TestALine:
    def test_says_what_moved_and_for_what(self):
        actor = a_member()
        made = posted(accounts.wallet(actor.user_id), 500, note="DDL-20261101-00042")
        (line,) = statement(actor).lines
        assert shown(line) == ("deposit", inr(500), inr(500), "DDL-20261101-00042", DAWN)
        assert (line.transaction_id, line.status) == (made, "completed")

    @pytest.mark.parametrize(
        ("searched", "is_found"),
        [
            ("00043", True),
            ("43", True),
            ("DDL-20261101-00043", True),
            ("ddl-20261101-43", True),
            ("00042", True),
            ("00044", True),
            ("00045", False),
            ("41", False),
            ("DDL-20261102-00043", False),
            ("9" * 18, False),
            ("9" * 19, False),
        ],
    )
    def test_of_several_tickets_is_found_by_any_of_them(self, searched, is_found):
        actor = a_member()
        posted(accounts.wallet(actor.user_id), 5, note="DDL-20261101-00042 to 00044")
        posted(accounts.wallet(actor.user_id), 5, note="Gift of 5 to 9 people")
        found = statement(actor, StatementFilter(text=searched)).lines
        assert len(found) == int(is_found)

    def test_without_a_reference_of_its_own_shows_the_transactions(self):
        actor = a_member()
        posted(accounts.wallet(actor.user_id), 5, reference="Receipt 7")
        assert statement(actor).lines[0].reference == "Receipt 7"
        assert statement(actor, StatementFilter(text="receipt")).lines != ()

    def test_that_was_reversed_says_so_and_its_reversal_does_not(self):
        actor = a_member()
        wallet = accounts.wallet(actor.user_id)
        made = posted(wallet, 70, note="Slip 9")
        posted(wallet, 1)
        reversed_by(made)
        assert [
            (line.kind, line.status, line.amount.amount_minor, line.reference)
            for line in statement(actor).lines
        ] == [
            ("reversal", "completed", -70, "Slip 9"),
            ("deposit", "completed", 1, "Slip"),
            ("deposit", "reversed", 70, "Slip 9"),
        ]

    def test_of_a_batch_stands_alone(self):
        """Two people in one transaction: each sees the own line only."""
        one, other = a_member(), a_member()
        moved(
            (accounts.house(), inr(-3)),
            (accounts.wallet(one.user_id), inr(1)),
            (accounts.wallet(other.user_id), inr(2)),
        )
        assert [line.amount for line in statement(one).lines] == [inr(1)]
        assert [line.amount for line in statement(other).lines] == [inr(2)]

    def test_of_a_hold_is_not_of_the_wallet(self):
        actor = a_member()
        paid_in(accounts.hold(actor.user_id), 5)
        assert statement(actor).lines == ()


class TestAsking:
    def test_of_a_wallet_never_used_is_empty(self):
        page = statement(a_member())
        assert (page.lines, page.before) == ((), None)

    def test_of_another_currency_shows_nothing_of_this_one(self):
        actor = a_member()
        paid_in(accounts.wallet(actor.user_id), 5)
        page = queries.statement(actor=actor, currency="USD", wanted=ALL)
        assert page.lines == ()

    @pytest.mark.parametrize("limit", [-1, 0, 1, 10**6])
    def test_gives_one_to_a_hundred_lines(self, limit):
        actor = a_member()
        for _ in range(3):
            paid_in(accounts.wallet(actor.user_id), 5)
        page = statement(actor, limit=limit)
        assert len(page.lines) == max(1, min(limit, 3))
        assert (page.before is None) == (len(page.lines) == 3)

    @pytest.mark.parametrize("searched", ["x" * 81, "a\x00b", "\ud800", 7])
    def test_refuses_a_text_nobody_types(self, searched):
        with pytest.raises(InvalidInput):
            statement(a_member(), StatementFilter(text=searched))

    @pytest.mark.parametrize("currency", ["", "inr", "QQQ", "\x00", None, ["INR"]])
    def test_refuses_a_currency_that_is_none(self, currency):
        actor = a_member()
        with pytest.raises(InvalidInput):
            queries.statement(actor=actor, currency=currency, wanted=ALL)
        with pytest.raises(InvalidInput):
            queries.balance_for(actor, currency)

    @pytest.mark.parametrize("nobody", [None, SimpleNamespace(user_id=None, role="member")])
    def test_is_nothing_for_nobody(self, nobody):
        for ask in (
            lambda: statement(nobody),
            lambda: queries.statement_lines(actor=nobody, currency="INR", wanted=ALL),
            lambda: queries.wallets_of(nobody),
            lambda: queries.balance_for(nobody, "INR"),
        ):
            with pytest.raises(SignInNeeded):
                ask()

    def test_reads_along_the_index_however_many_lines_others_have(self, db):
        actor, other = a_member(), a_member()
        wallet = accounts.wallet(actor.user_id)
        paid_in(wallet, 5)
        house = (accounts.house(), inr(-2_000))
        for _ in range(3):
            moved(house, *[(accounts.wallet(other.user_id), inr(1))] * 2_000)
        with db.owner.begin() as owner:
            owner.exec_driver_sql("ANALYZE ledger_entries; ANALYZE transactions")
            statement_sql = str(queries.statements.STATEMENT)
            plan = owner.execute(
                text(f"EXPLAIN {statement_sql}"),
                {
                    "owner": wallet.owner,
                    "currency": "INR",
                    "before": None,
                    "kinds": "{}",
                    "since": None,
                    "until": None,
                    "text": "",
                    "lead": "",
                    "number": None,
                    "most": 26,
                },
            ).scalars()
            assert "ledger_entries_pkey" in "\n".join(plan)


class TestWallets:
    def test_begin_with_that_of_the_games_before_its_first_use(self):
        games = app_settings().games_currency
        (view,) = queries.wallets_of(a_member())
        assert (view.currency, view.balance) == (games, Money(0, games))
        assert view.is_for_play
        assert view.can_add_play_credit

    def test_follow_with_money_once_used(self):
        actor = a_member()
        wallet = accounts.wallet(actor.user_id)
        paid_in(wallet, 500)
        moved((wallet, inr(-200)), (accounts.hold(actor.user_id), inr(200)))
        games, rupees = queries.wallets_of(actor)
        assert (rupees.currency, rupees.balance, rupees.pending_withdrawal) == (
            "INR",
            inr(300),
            inr(200),
        )
        assert not rupees.is_for_play
        assert not rupees.can_add_play_credit
        assert games.can_add_play_credit

    def test_offer_no_play_credit_when_full(self):
        actor, games = a_member(), app_settings().games_currency
        full = Money(100_000, games)
        moved((accounts.house(), -full), (accounts.wallet(actor.user_id), full))
        (view,) = queries.wallets_of(actor)
        assert view.balance == full
        assert not view.can_add_play_credit

    @pytest.mark.parametrize("make", [a_member, a_manager, an_admin])
    def test_are_for_anybody_signed_in(self, make):
        assert queries.balance_for(make(), "INR") == inr(0)
