"""Words, errors and small parts of the pages: translation only."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from luckychit.api.errors import status_of
from luckychit.core import errors
from luckychit.domain.notify.queries import NewsView
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, text
from luckychit.ui.components.grid import grid_rows

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)  # 6 pm in India
RAVI = uuid.uuid4()
FACTS = {
    "name": "Ravi",
    "group": "Lakshmi Circle",
    "amount_minor": 500_000,
    "prize_minor": 9_500_000,
    "currency": "INR",
    "instalment": 3,
    "seat": 7,
    "seats": 2,
    "draw_id": "CHIT-0a1b2c3d-202611",
    "receipt_code": "ABC",
    "reason": "typed wrong",
    "eligible": 12,
    "locks_at_ms": 1,
}
KINDS = {
    "payment_received": "Ravi paid ₹5,000 for Lakshmi Circle.",
    "payment_reversed": "Ravi's payment of ₹5,000 was reversed: typed wrong.",
    "draw_called": "The draw of month 3 in Lakshmi Circle is coming up.",
    "draw_locked": "Month 3 of Lakshmi Circle is locked with 12 seats.",
    "draw_result": "Seat 7 (Ravi) won month 3 of Lakshmi Circle: ₹95,000.",
    "prize_won": "Ravi won ₹95,000 in Lakshmi Circle, month 3.",
    "draw_held_over": "The draw of month 3 in Lakshmi Circle is held over: typed wrong.",
    "member_joined": "Ravi joined Lakshmi Circle with 2 seats.",
    "group_started": "Lakshmi Circle has started.",
    "group_completed": (
        "Lakshmi Circle is complete: every prize is paid and the books close at zero."
    ),
    "payout_recorded": "₹5,000 of the month 3 prize was handed to Ravi.",
    "payout_confirmed": "Ravi confirmed receiving ₹5,000 in Lakshmi Circle.",
}
OWN = {
    "payment_received": "Your payment of ₹5,000 for Lakshmi Circle was received.",
    "prize_won": "You won ₹95,000 in Lakshmi Circle, month 3.",
    "payout_recorded": "₹5,000 of the month 3 prize was handed to you.",
}


def news(kind: str, **facts) -> NewsView:
    return NewsView(1, kind, uuid.uuid4(), RAVI, uuid.uuid4(), facts, NOW)


def every_error() -> list[type[errors.LuckyChitError]]:
    import luckychit.luckychit  # noqa: F401, PLC0415 - brings every slice

    found, waiting = [], [errors.LuckyChitError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("luckychit.")]


class TestSentencesOfNews:
    @pytest.mark.parametrize(("kind", "sentence"), KINDS.items())
    def test_say_it_of_others(self, kind, sentence):
        assert text.sentence_of(news(kind, **FACTS), viewer_id=uuid.uuid4()).text == sentence

    @pytest.mark.parametrize(("kind", "sentence"), OWN.items())
    def test_say_you_to_whom_it_concerns(self, kind, sentence):
        assert text.sentence_of(news(kind, **FACTS), viewer_id=RAVI).text == sentence

    @pytest.mark.parametrize("kind", [*KINDS, "something_new"])
    def test_never_break_a_screen(self, kind):
        assert text.sentence_of(news(kind), viewer_id=None).text

    def test_lead_to_the_receipt(self):
        said = text.sentence_of(news("payment_received", **FACTS), viewer_id=RAVI)
        assert said.href == "/receipts/ABC"


class TestDays:
    @pytest.mark.parametrize(
        ("span", "words"),
        [
            (timedelta(0), "today"),
            (timedelta(hours=6), "tomorrow"),  # past midnight in India, not in Greenwich
            (timedelta(days=-1), "yesterday"),
            (timedelta(days=5), "in 5 days"),
            (timedelta(days=-3), "3 days ago"),
            (timedelta(days=40), "31 Dec 2026"),
        ],
    )
    def test_are_counted_in_the_groups_zone(self, span, words):
        assert text.relative_day(NOW + span, NOW) == words

    def test_of_moments_name_the_groups_time(self):
        assert text.moment(NOW).replace("\u202f", " ") == "21 Nov 2026, 6:00 pm"

    @pytest.mark.parametrize(
        ("span", "words"), [(10, "just now"), (150, "2 min ago"), (90_000, "yesterday")]
    )
    def test_of_news_are_near(self, span, words):
        assert text.ago(NOW - timedelta(seconds=span), NOW) == words


class TestSmallWords:
    @pytest.mark.parametrize(
        ("name", "letters"), [("Anita Rao", "AR"), ("Ravi", "R"), ("A b C", "AC"), ("", "")]
    )
    def test_initials(self, name, letters):
        assert text.initials(name) == letters

    def test_counts(self):
        assert [text.count(n, "seat") for n in (0, 1, 2)] == ["0 seats", "1 seat", "2 seats"]


class TestEveryError:
    def test_has_a_sentence_and_a_code_of_its_own(self):
        known = every_error()
        codes = [kind.code for kind in known if "code" in vars(kind)]
        assert len(codes) == len(set(codes))
        assert all(kind.sentence for kind in known)

    def test_has_one_status(self):
        kinds = [kind for kind in every_error() if kind is not errors.LuckyChitError]
        direct = {kind: kind.__mro__ for kind in kinds}
        for kind, line in direct.items():
            roots = [base for base in line if errors.LuckyChitError in base.__bases__]
            assert len(roots) == 1, f"{kind} is of {len(roots)} kinds"
            assert 400 <= status_of(kind.__new__(kind)) <= 599


class TestWhatPeopleSee:
    def said(self, exception: Exception) -> str:
        return " ".join(str(event) for event in ui_errors.handle(exception))

    def test_of_a_refusal_is_its_sentence(self):
        assert errors.Busy.sentence in self.said(errors.Busy(table="dues"))

    def test_of_a_bug_is_a_number_and_nothing_else(self):
        said = self.said(RuntimeError("password=hunter2 at 0x7f"))
        assert "incident" in said
        assert "hunter2" not in said

    def test_of_a_broken_invariant_is_a_number_too(self):
        said = self.said(errors.InvariantBroken(held="twelve"))
        assert "incident" in said
        assert "twelve" not in said

    def test_when_signed_out_is_the_sign_in_page(self):
        assert "/sign-in" in self.said(errors.SignInNeeded())

    def test_of_a_page_of_another_role_is_the_own_start(self):
        assert "/app" in self.said(session.OtherRole(role="member"))

    def test_with_a_one_time_password_is_the_page_that_replaces_it(self):
        assert "/change-password" in self.said(session.PasswordMustChange())


class TestTypedText:
    @pytest.mark.parametrize("form", [None, [], {"x": 1}, {"x": None}, {"x": {"y": 1}}, {}])
    def test_is_empty_when_odd(self, form):
        assert session.typed_text(form, "x") == ""

    def test_is_trimmed_and_bounded(self):
        assert session.typed_text({"x": "  ab " + "c" * 900}, "x", 5) == "ab cc"


class TestMonthGrid:
    def test_of_no_seats_is_empty(self):
        assert grid_rows((), 1) == []
