"""What must not be in a log is in no log, whichever way it came."""

import io
import json
import logging

import pytest
from engineio import AsyncServer as EngineServer

from luckychit.core import context, log
from luckychit.core.context import Context
from luckychit.core.log import REMOVED, redact


@pytest.fixture
def lines(monkeypatch):
    """Read what the app logged so far, as dictionaries."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    log.configure("debug")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


class TestRedact:
    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("Cookie: lc_session=abc123; theme=dark", "abc123"),
            ("GET /x cookie=__Host-lc_session=abc123", "abc123"),
            ("Authorization: Bearer abc.123-x", "abc.123"),
            ("https://x/reset?token=abc123&y=1", "abc123"),
            ("{'password': 'abc123'}", "abc123"),
            ('{"server_seed": "abc123"}', "abc123"),
            ("password=abc123", "abc123"),
            ("postgresql://app:abc123@db/luckychit", "abc123"),
            ("postgresql+psycopg://app:abc123@db/luckychit", "abc123"),
            ("call +919876543210", "9876543210"),
            ("call 9876543210.", "9876543210"),
            ("tel.9876543210, now", "9876543210"),
            ("{'mobile_number': '+919876543210'}", "9876543210"),
            ("{'password': \"it's, abc123}\"}", "abc123"),
            ("{'new_password': 'x,\\'abc123', 'a': 1}", "abc123"),
            ("{'repeated': 'abc123'}", "abc123"),
            ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln here", "eyJzdWIi"),
            ("refresh token q1W2e3R4t5Y6u7I8o9P0a-S_d3F4g5H6j7K8l9Z0x1C is old", "q1W2e3R4"),
            ("{'refresh_token': 'abc123'}", "abc123"),
            ("{'recovery_code': 'ABC-123'}", "ABC-123"),
            ("{'recovery_codes': 'ABC-123'}", "ABC-123"),
            ("{'totp': '482915'}", "482915"),
            ("{'code': '482915'}", "482915"),
            ("code=482915", "482915"),
            ("{'birth_date': '1990-02-01'}", "1990"),
            ("challenge: abc123", "abc123"),
            ("to meera.nair+x@example.co.in, today", "meera"),
        ],
    )
    def test_removes_secrets_and_mobile_numbers(self, text, left):
        assert left not in redact(text)

    @pytest.mark.parametrize(
        "text",
        [
            "took 0.123456789 s",
            "amount_minor 5000000",
            "listening on 127.0.0.1:8000",
            "postgresql://db/luckychit",
            "CHIT-0a1b2c3d-202611",
            "code='rooms.room_full'",
            "{'code': 'wallet.insufficient_funds'}",
            "room code ABCD2345",
            "someone@home",
            "01a1fd16-0ad1-7d9d-80ad-8ed885686218",
        ],
    )
    def test_leaves_the_rest_alone(self, text):
        assert redact(text) == text

    def test_keeps_enough_of_a_mobile_number_to_recognise_it(self):
        assert redact("+919876543210") == "+919876****10"

    def test_keeps_the_house_of_an_e_mail_address(self):
        assert redact("meera.nair@example.com") == "m***@example.com"


class TestALine:
    def test_is_json_with_time_level_and_module(self, lines):
        log.get_logger("luckychit.core.db").info("unit_retried", attempt=2)
        (line,) = lines()
        assert line["event"] == "unit_retried"
        assert line["attempt"] == 2
        assert (line["level"], line["logger"]) == ("info", "luckychit.core.db")
        assert line["timestamp"].endswith("Z")

    def test_has_no_field_with_a_secret_name_however_deep(self, lines):
        log.get_logger("x").warning(
            "refused",
            jwt_secret="abc123",
            facts={
                "password": "abc123",
                "inner": [{"api_key": "abc123"}],
                "mobile": "+919876543210",
            },
        )
        (line,) = lines()
        assert line["jwt_secret"] == REMOVED
        assert line["facts"] == {
            "password": REMOVED,
            "inner": [{"api_key": REMOVED}],
            "mobile": "+919876****10",
        }

    def test_has_no_secret_of_an_object_it_was_given(self, lines):
        log.get_logger("x").info("seen", error=ValueError("password=abc123"), count=7, none=None)
        (line,) = lines()
        assert "abc123" not in json.dumps(line)
        assert (line["count"], line["none"]) == (7, None)

    def test_has_no_secret_of_an_exception(self, lines):
        try:
            int("postgresql://app:abc123@db/x and +919876543210")
        except ValueError:
            log.get_logger("x").exception("broken")
        (line,) = lines()
        assert "ValueError" in line["exception"]
        assert "abc123" not in line["exception"]
        assert "9876543210" not in line["exception"]

    def test_of_another_package_is_redacted_too(self, lines):
        logging.getLogger("somebody").warning("Cookie: lc_session=%s", "abc123")
        (line,) = lines()
        assert "abc123" not in line["event"]
        assert line["logger"] == "somebody"

    @pytest.mark.usefixtures("lines")
    def test_of_the_socket_has_no_way_round_it(self):
        logging.getLogger("engineio.server").addHandler(logging.StreamHandler())
        log.configure("debug")
        EngineServer(async_mode="asgi")
        assert logging.getLogger("engineio.server").handlers == []

    def test_says_for_which_request_and_for_whom(self, lines):
        with context.at_work(Context("request-17", "192.0.2.1")):
            context.known_as("person-4")
            log.get_logger("x").info("ours")
            logging.getLogger("somebody").warning("theirs")
        log.get_logger("x").info("after")
        ours, theirs, after = lines()
        for line in (ours, theirs):
            assert (line["request_id"], line["user_id"]) == ("request-17", "person-4")
        assert {"request_id", "user_id"} & set(after) == set()

    def test_below_the_level_is_not_written(self, lines):
        log.configure("warning")
        log.get_logger("x").info("quiet")
        assert lines() == []
