"""Identifiers: sorted by their time, unguessable where they must be."""

from collections import Counter
from datetime import timedelta

import pytest

from luckychit.core import clock, ids


class TestNewId:
    def test_is_a_version_7_uuid_of_this_moment(self):
        before = clock.to_ms(clock.now())
        made = ids.new_id()
        assert made.version == 7
        assert before <= made.int >> 80 <= clock.to_ms(clock.now())

    def test_sorts_by_the_apps_clock_even_when_it_was_moved(self, monkeypatch):
        now = ids.new_id()
        monkeypatch.setenv(clock.OFFSET_VARIABLE, str(timedelta(days=1).total_seconds()))
        assert now < ids.new_id()

    def test_is_never_made_twice(self):
        assert len({ids.new_id() for _ in range(10_000)}) == 10_000


class TestRandomCode:
    @pytest.mark.parametrize("length", [1, 12, 64])
    def test_has_the_length_and_only_letters_that_are_read_without_doubt(self, length):
        code = ids.random_code(length)
        assert len(code) == length
        assert set(code) <= set(ids.UNAMBIGUOUS)

    def test_has_no_twins(self):
        assert not set("01OILUV") & set(ids.UNAMBIGUOUS)
        assert len(set(ids.UNAMBIGUOUS)) == len(ids.UNAMBIGUOUS)

    def test_uses_every_letter_about_as_often(self):
        counts = Counter(ids.random_code(29_000))
        assert set(counts) == set(ids.UNAMBIGUOUS)
        assert 800 < min(counts.values()) <= max(counts.values()) < 1_200
