"""Letters say their facts in every language, once, escaped; and are tried again in good time."""

import re
import string
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.mail import letters, rules
from luckychit.domain.mail.words import FRAMES, WORDS

NOW = datetime(2027, 3, 10, 12, 30, tzinfo=UTC)
URL = "https://chits.example/reset/new?token=abc&x=1"
EVIL = '<img src=x onerror="alert(1)">&amp;'
MAKE = {
    "welcome": lambda **kw: letters.welcome(language=kw["language"], url=kw["url"]),
    "verify_email": lambda **kw: letters.verify_email(language=kw["language"], url=kw["url"]),
    "reset_password": letters.reset_password,
    "password_changed": lambda **kw: letters.password_changed(when=NOW, **kw),
    "session_stolen": lambda **kw: letters.session_stolen(
        when=NOW, device="Firefox, 1.2.3.4", **kw
    ),
    "email_changed": lambda **kw: letters.email_changed(when=NOW, new_email="n@example.com", **kw),
    "second_factor_on": lambda **kw: letters.second_factor_on(when=NOW, **kw),
    "second_factor_off": lambda **kw: letters.second_factor_off(when=NOW, **kw),
    "account_closed": lambda **kw: letters.account_closed(when=NOW, **kw),
}
EACH = [(kind, language) for kind in WORDS for language in FRAMES]


class Words(HTMLParser):
    """What a reader sees, and where the links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.seen += data.split()


def make(kind, language="en", name="Ravi", url=URL):
    return MAKE[kind](language=language, name=name, url=url)


def test_every_kind_is_tried():
    assert set(MAKE) == set(WORDS)
    assert all(set(spoken) == set(FRAMES) for spoken in WORDS.values())


@pytest.mark.parametrize(("kind", "language"), EACH)
class TestEveryLetter:
    def test_has_one_button_and_the_address_in_plain(self, kind, language):
        letter = make(kind, language)
        seen = Words(letter.body_html)
        assert seen.links == [URL]
        assert URL in seen.seen
        assert letter.body_text.count(URL) == 1

    def test_says_the_same_in_both_forms(self, kind, language):
        letter = make(kind, language)
        seen = set(Words(letter.body_html).seen)
        plain = {word.rstrip(":") for word in letter.body_text.split()} - {"--"}
        assert plain <= {word.rstrip(":") for word in seen}

    def test_leaves_no_fact_unsaid(self, kind, language):
        words = WORDS[kind][language]
        named = {
            name
            for part in (*words.before, *words.after)
            for _, name, _, _ in string.Formatter().parse(part)
            if name
        }
        of_english = " ".join((*WORDS[kind]["en"].before, *WORDS[kind]["en"].after))
        assert all(f"{{{name}}}" in of_english for name in named)
        assert named == set(re.findall(r"{(\w+)}", of_english))
        assert "{" not in make(kind, language).body_text

    def test_carries_nothing_but_words(self, kind, language):
        letter = make(kind, language, name=EVIL)
        assert "img" not in Words(letter.body_html).tags
        assert "<img" not in letter.body_html
        assert not re.search(r"src=|url\(|<script|<style", make(kind, language).body_html)

    def test_has_a_subject_of_one_line_that_fits(self, kind, language):
        subject = make(kind, language, name="a\nb").subject
        assert subject.isprintable()
        assert len(subject) <= 200


class TestLanguages:
    def test_are_told_to_the_reader(self):
        assert '<html lang="hi">' in make("welcome", "hi").body_html
        assert "10 मार्च 2027" in make("password_changed", "hi").body_text
        assert "10 Mar 2027, 12:30 UTC" in make("password_changed").body_text

    def test_fall_back_to_english(self):
        assert make("welcome", "ta") == make("welcome", "en")

    def test_call_nobody_by_name_who_is_not_known(self):
        assert make("reset_password", name="").body_text.startswith("Hello,\n")
        assert "Ravi" not in make("welcome").body_text


class TestTryingAgain:
    def test_waits_longer_each_time_up_to_four_hours(self):
        waits = [
            (rules.next_try(tries=tries, created_at=NOW, now=NOW) - NOW) // timedelta(minutes=1)
            for tries in range(1, 12)
        ]
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]

    @given(st.integers(1, 10**6), st.integers(0, 10**6))
    def test_ends_after_three_days(self, tries, age_s):
        now = NOW + timedelta(seconds=age_s)
        again = rules.next_try(tries=tries, created_at=NOW, now=now)
        assert again is None or now < again < NOW + rules.GIVEN_UP_AFTER
        if age_s >= rules.GIVEN_UP_AFTER.total_seconds():
            assert again is None
