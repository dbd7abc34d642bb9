"""The statement as a file: whose it is, what is in it, and what a spreadsheet does with it."""

import csv
import io
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from luckychit.api import app
from luckychit.api.headers import Headers
from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.users import service as users
from luckychit.domain.wallet import accounts, operations, queries
from tests.helpers.ledger import a_key, inr, moved, paid_in
from tests.helpers.people import a_manager, a_member, a_session, an_admin, link

PATH = "/api/wallet/statement.csv"
COOKIE = settings().session_cookie
COLUMNS = ["date", "kind", "reference", "amount", "balance_after", "currency", "transaction_id"]


@pytest.fixture
async def client(db):
    transport = httpx.ASGITransport(app=Headers(app.make()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings().origin) as made:
        yield made


async def asked(client, token, **query):
    cookies = f"{COOKIE}={token}" if token else ""
    asked_for = {"currency": "INR", **query}
    return await client.get(PATH, params=asked_for, headers={"cookie": cookies})


def table(answer) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def noted(wallet, amount, note: str):
    with transaction() as session:
        return operations.post(
            session,
            key=a_key(),
            kind="ticket_purchase",
            legs=[(accounts.house(), -amount), (wallet, amount)],
            now=clock.now(),
            notes=["", note],
        )


class TestWhoseFile:
    async def test_is_the_callers_own(self, client):
        one, other = a_member(), a_member()
        paid_in(accounts.wallet(one.user_id), 100)
        paid_in(accounts.wallet(other.user_id), 7_777)
        rows = table(await asked(client, a_session(one)))
        assert [row[3] for row in rows[1:]] == ["1.00"]

    @pytest.mark.parametrize("make", [a_manager, an_admin])
    async def test_is_not_that_of_ones_members(self, client, make):
        chief, member = make(), a_member()
        if chief.role == "manager":
            link(chief, member)
        paid_in(accounts.wallet(member.user_id), 100)
        assert len(table(await asked(client, a_session(chief), owner=member.user_id))) == 1

    @pytest.mark.parametrize("token", ["", "forged", "0" * 64])
    async def test_is_nothing_for_nobody(self, client, token):
        answer = await asked(client, token)
        assert answer.status_code == 401
        assert answer.json()["code"] == "users.sign_in_needed"

    async def test_ends_with_the_session(self, client):
        member = a_member()
        token = a_session(member)
        users.sign_out(token=token)
        assert (await asked(client, token)).status_code == 401

    async def test_stays_out_of_every_cache(self, client):
        answer = await asked(client, a_session(a_member()))
        assert "no-store" in answer.headers["cache-control"]


class TestTheTable:
    async def test_has_a_line_for_each_movement_newest_first(self, client):
        member = a_member()
        wallet = accounts.wallet(member.user_id)
        made = paid_in(wallet, 123_456)
        noted(wallet, inr(-5), "DDL-20261101-00042")
        head, bought, paid = table(await asked(client, a_session(member)))
        assert head == COLUMNS
        assert bought[1:6] == ["ticket_purchase", "DDL-20261101-00042", "-0.05", "1234.51", "INR"]
        assert paid[1:] == ["adjustment", "", "1234.56", "1234.56", "INR", str(made)]
        (line, _) = queries.statement_lines(
            actor=member, currency="INR", wanted=queries.StatementFilter()
        )
        assert bought[0].endswith("Z")
        written = datetime.fromisoformat(bought[0])
        assert timedelta(0) <= line.happened_at - written < timedelta(milliseconds=1)

    async def test_of_an_unused_wallet_is_its_head(self, client):
        assert table(await asked(client, a_session(a_member()))) == [COLUMNS]

    @pytest.mark.parametrize(
        ("currency", "minor", "said"),
        [("JPY", 7, "7"), ("KWD", 1_005, "1.005"), ("XXX", 5, "0.05")],
    )
    async def test_writes_each_currency_in_its_own_precision(self, client, currency, minor, said):
        member, amount = a_member(), Money(minor, currency)
        moved((accounts.house(), -amount), (accounts.wallet(member.user_id), amount))
        _, line = table(await asked(client, a_session(member), currency=currency))
        assert line[3:6] == [said, said, currency]

    @pytest.mark.parametrize(
        "note",
        [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\uff1d1",
            '=HYPERLINK("http://x","y")',
        ],
    )
    async def test_runs_no_formula(self, client, note):
        member = a_member()
        noted(accounts.wallet(member.user_id), inr(5), note)
        _, line = table(await asked(client, a_session(member)))
        assert line[2] == f"'{note}"

    @pytest.mark.parametrize("note", ['Gift, "big"', "two\nlines", "கணக்கு", "plain"])
    async def test_brings_every_text_back(self, client, note):
        member = a_member()
        noted(accounts.wallet(member.user_id), inr(5), note)
        _, line = table(await asked(client, a_session(member)))
        assert line[2] == note

    async def test_comes_whole_however_long_it_is(self, client):
        member = a_member()
        count = 2_345
        moved((accounts.house(), inr(-count)), *[(accounts.wallet(member.user_id), inr(1))] * count)
        rows = table(await asked(client, a_session(member)))
        assert [row[4] for row in rows[1:]] == [
            f"{minor // 100}.{minor % 100:02d}" for minor in range(count, 0, -1)
        ]


class TestAsking:
    async def test_keeps_only_what_was_asked_for(self, client):
        member = a_member()
        wallet = accounts.wallet(member.user_id)
        paid_in(wallet, 100)
        noted(wallet, inr(-5), "DDL-1")
        token = a_session(member)
        now = quote(clock.now().isoformat())
        for query, count in (
            ({"kind": "ticket_purchase"}, 1),
            ({"kind": ""}, 2),
            ({"text": "ddl"}, 1),
            ({"since": "2026-01-01"}, 2),
            ({"until": "2026-01-01T00:00:00+05:30"}, 0),
        ):
            assert len(table(await asked(client, token, **query))) == count + 1
        answer = await client.get(
            f"{PATH}?currency=INR&since={now}", headers={"cookie": f"{COOKIE}={token}"}
        )
        assert len(table(answer)) == 1

    @pytest.mark.parametrize(
        "query",
        [
            {"currency": "inr"},
            {"currency": "QQQ"},
            {"currency": "INR\r\nX: y"},
            {"kind": "DROP"},
            {"since": "yesterday"},
            {"until": "0001-01-01"},
            {"text": "x" * 81},
            {"text": "\x00"},
        ],
    )
    async def test_refuses_what_means_nothing(self, client, query):
        answer = await asked(client, a_session(a_member()), **query)
        assert answer.status_code == 422
        assert answer.json()["code"] == "input.invalid"

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({}, "wallet-INR-to-{today}.csv"),
            (
                {"since": "2026-11-01T00:00:00+05:30", "until": "2026-12-01T00:00:00+05:30"},
                "wallet-INR-2026-11-01-to-2026-11-30.csv",
            ),
            ({"since": "2026-11-01"}, "wallet-INR-2026-11-01-to-{today}.csv"),
        ],
    )
    async def test_is_named_after_its_wallet_and_its_days(self, client, query, name):
        answer = await asked(client, a_session(a_member()), **query)
        expected = name.format(today=clock.now().date())
        assert answer.headers["content-disposition"] == f'attachment; filename="{expected}"'
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
