"""Ten thousand guesses in an hour: how many are looked at, and can the owner still come in?

The hour is played on the app's clock. A guess that is looked at is one whose password was
hashed; those turned away before have told the attacker nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle

import pytest

from luckychit.core import clock
from luckychit.core.errors import TooManyTries
from luckychit.domain.users import errors
from luckychit.domain.users.operations import attempts
from luckychit.domain.users.rules import throttle
from tests.helpers import people
from tests.helpers.people import sign_in

pytestmark = pytest.mark.usefixtures("db")

GUESSES = 10_000
HOUR = timedelta(hours=1)
MOST_LOOKED_AT = 100
ELSEWHERE = "198.51.100.77"
ATTACKS = {
    "one address": ["192.0.2.1"],
    "two hundred networks": [f"10.0.{place}.1" for place in range(200)],
    "a new network for each guess": [f"10.{n >> 8}.{n & 255}.1" for n in range(GUESSES)],
    "the addresses of one IPv6 network": [f"2001:db8:1:2::{n:x}" for n in range(1, 500)],
}


@pytest.fixture
def owner():
    return people.with_password(people.a_member(), "a river nobody guesses")


def attack(owner, addresses, set_clock: Callable[[timedelta], None], guesses: int = GUESSES) -> int:
    """Guess evenly over an hour; return how many guesses were looked at."""
    login, places = people.mobile_of(owner), cycle(addresses)
    looked_at = 0
    for number in range(guesses):
        set_clock(HOUR * number / guesses)
        try:
            sign_in(login, f"guess number {number}", address=next(places))
        except errors.WrongCredentials:
            looked_at += 1
        except TooManyTries:
            continue
    return looked_at


@pytest.fixture
def set_clock(monkeypatch):
    def set_it(ahead: timedelta) -> None:
        monkeypatch.setenv(clock.OFFSET_VARIABLE, repr(ahead.total_seconds()))

    return set_it


def test_of_ten_thousand_guesses_in_an_hour_fewer_than_a_hundred_are_looked_at(owner, set_clock):
    assert 0 < attack(owner, ATTACKS["one address"], set_clock) < MOST_LOOKED_AT


@pytest.mark.parametrize("kind", [kind for kind in ATTACKS if kind != "one address"])
def test_as_few_are_looked_at_when_they_come_from_many_addresses(kind, owner, set_clock):
    # Fewer guesses leave more room for each; what is looked at depends on the hour alone.
    assert 0 < attack(owner, ATTACKS[kind], set_clock, guesses=1_000) < MOST_LOOKED_AT


@pytest.mark.slow
@pytest.mark.parametrize("kind", ATTACKS)
def test_nor_more_of_ten_thousand_from_many_addresses(kind, owner, set_clock):
    assert 0 < attack(owner, ATTACKS[kind], set_clock) < MOST_LOOKED_AT


def test_the_owner_comes_in_from_another_address_during_an_attack_from_one(owner, set_clock):
    attack(owner, ATTACKS["one address"], set_clock, guesses=500)
    came_in = sign_in(people.mobile_of(owner), "a river nobody guesses", address=ELSEWHERE)
    assert came_in.actor.user_id == owner.user_id


def test_the_owner_comes_in_from_a_known_address_during_an_attack_from_everywhere(owner, set_clock):
    login = people.mobile_of(owner)
    sign_in(login, "a river nobody guesses", address=ELSEWHERE)
    attack(owner, ATTACKS["a new network for each guess"], set_clock, guesses=500)
    came_in = sign_in(login, "a river nobody guesses", address=ELSEWHERE)
    assert came_in.actor.user_id == owner.user_id


def test_without_the_counters_every_guess_would_be_looked_at(owner, set_clock, monkeypatch):
    """The negative control."""
    free = throttle.Limit(free=10**6, leak=timedelta(seconds=1))
    monkeypatch.setattr(throttle, "LIMITS", dict.fromkeys(throttle.LIMITS, free))
    assert attempts.throttle is throttle
    assert attack(owner, ATTACKS["one address"], set_clock, guesses=150) == 150
