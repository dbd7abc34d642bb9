"""Signing up: what is asked for, who gets a name that two want, and what strangers learn."""

from functools import partial
from importlib import import_module

import pytest
from sqlalchemy import text
from sqlmodel import select

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.errors import InvalidInput, TooManyTries
from luckychit.domain.audit.models import AuditEntry
from luckychit.domain.users import errors, service
from luckychit.domain.users.models import User, UserSession
from luckychit.domain.users.rules.throttle import LIMITS
from tests.helpers import people
from tests.helpers.letters import EMAIL, kinds, received, sign_up
from tests.helpers.people import PASSWORD
from tests.helpers.races import at_once, of_type, together

pytestmark = pytest.mark.usefixtures("db")

# Its function has the same name.
module = import_module("luckychit.domain.users.service.sign_up")
ELSEWHERE = "198.51.100.9"
BY_MOBILE = {"email": None, "username": None, "mobile_number": "98765 43210"}


def accounts() -> int:
    with reading() as session:
        return session.execute(text("SELECT count(*) FROM users")).scalar_one()


class TestSignUp:
    def test_begins_a_session_of_a_member(self):
        made = sign_up(full_name="Ravi Kumar")
        assert service.actor_of(token=made.token) == made.actor
        assert made.actor.role == "member"
        assert made.actor.full_name == "Ravi Kumar"
        assert not made.actor.must_change_password

    @pytest.mark.parametrize("login", [EMAIL, "RAVI.K"])
    def test_lets_the_person_sign_in_by_either_name(self, login):
        made = sign_up()
        assert people.sign_in(login).actor.user_id == made.actor.user_id

    def test_takes_a_mobile_number_alone_with_a_name(self):
        made = sign_up(**BY_MOBILE, full_name="Ravi")
        assert people.sign_in("9876543210").actor.user_id == made.actor.user_id
        assert received() == []

    def test_calls_who_gives_no_name_by_the_username(self):
        assert sign_up().actor.full_name == "ravi.k"

    def test_begins_a_session_without_a_cookie_for_a_program(self):
        made = sign_up(kind="api")
        assert service.tokens_of(made).refresh_token == made.token
        with reading() as session:
            held = session.get_one(UserSession, made.actor.session_id)
            assert (held.kind, held.token_hash) == ("api", None)

    def test_writes_the_letter_in_the_language_that_was_chosen(self):
        sign_up(language="hi")
        (letter,) = received()
        assert letter.kind == "welcome"
        assert "स्वागत" in letter.subject

    def test_is_written_into_the_audit_trail(self):
        made = sign_up()
        with reading() as session:
            entry = session.exec(select(AuditEntry)).one()
        assert (entry.action, entry.actor_id) == ("users.signed_up", made.actor.user_id)
        assert EMAIL not in str(entry.facts)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"email": None, "username": None}, "email"),
            ({"email": None}, "email"),
            ({"username": None}, "username"),
            (BY_MOBILE, "full_name"),
            ({"email": "ravi"}, "email"),
            ({"username": "9ravi"}, "username"),
            ({"mobile_number": "12"}, "mobile_number"),
            ({"full_name": "\u202e"}, "full_name"),
            ({"password": "short"}, "password"),
            ({"password": "password1"}, "password"),
            ({"password": "ravi.k99"}, "password"),
            ({"language": "fr"}, "language"),
            ({"language": ["en"]}, "language"),
            ({"email": 7}, "email"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, given, field):
        with pytest.raises(InvalidInput) as refused:
            sign_up(**given)
        assert list(refused.value.fields) == [field]
        assert accounts() == 0

    @pytest.mark.parametrize(
        ("again", "what"),
        [
            ({"username": "other"}, "e-mail address"),
            ({"email": "o@example.com"}, "username"),
            ({"email": "RAVI@Example.com", "username": "other"}, "e-mail address"),
            ({**BY_MOBILE, "full_name": "R"}, "mobile number"),
        ],
    )
    def test_refuses_a_name_that_is_taken(self, again, what):
        sign_up(mobile_number="9876543210")
        with pytest.raises(errors.LoginTaken) as refused:
            sign_up(**again, address=ELSEWHERE)
        assert refused.value.facts["what"] == what
        assert accounts() == 1


class TestWhoAsksWhichNamesAreTaken:
    def test_is_slowed_down_after_a_few(self):
        sign_up(address=ELSEWHERE)
        for _ in range(LIMITS["letter"].free):
            with pytest.raises(errors.LoginTaken):
                sign_up()
        with pytest.raises(TooManyTries):
            sign_up()

    def test_gets_no_way_round_by_making_accounts_in_between(self):
        sign_up(address=ELSEWHERE)
        # Of two tries in each round one is taken back; the other stays.
        for number in range(LIMITS["letter"].free - 1):
            with pytest.raises(errors.LoginTaken):
                sign_up()
            sign_up(email=f"m{number}@example.com", username=f"mallory{number}")
        with pytest.raises(errors.LoginTaken):
            sign_up()
        with pytest.raises(TooManyTries):
            sign_up(email="m@example.com", username="mallory")

    def test_costs_no_hash(self, monkeypatch):
        sign_up()
        monkeypatch.setattr(module, "hash_of", lambda _: pytest.fail("a hash was computed"))
        with pytest.raises(errors.LoginTaken):
            sign_up()

    def test_does_not_slow_down_another_network(self):
        sign_up(address=ELSEWHERE)
        for _ in range(LIMITS["letter"].free):
            with pytest.raises(errors.LoginTaken):
                sign_up()
        assert sign_up(email="o@example.com", username="other", address=ELSEWHERE)


class TestWhoMakesManyAccounts:
    def test_is_slowed_down_though_each_is_right(self):
        for number in range(LIMITS["address"].free):
            sign_up(email=f"m{number}@example.com", username=f"mallory{number}")
        with pytest.raises(TooManyTries):
            sign_up()
        assert accounts() == LIMITS["address"].free


class TestARaceForOneName:
    def race(self, *given):
        return at_once(*(partial(sign_up, **each) for each in given))

    @pytest.mark.parametrize("field", ["email", "username"])
    def test_is_won_by_one(self, monkeypatch, field):
        # All have looked, and found the name free, before anybody takes it.
        monkeypatch.setattr(module, "_count_and_look", together(module._count_and_look))
        results = self.race(
            *(
                {"email": f"r{n}@example.com", "username": f"ravi{n}", "address": f"192.0.2.{n}"}
                | {field: {"email": EMAIL, "username": "ravi.k"}[field]}
                for n in range(4)
            )
        )
        assert len(of_type(results, service.SignedIn)) == 1
        assert len(of_type(results, errors.LoginTaken)) == 3
        assert accounts() == 1
        with reading() as session:
            assert session.execute(text("SELECT count(*) FROM mails")).scalar_one() == 1

    def test_would_be_won_by_all_without_the_constraint(self, db, monkeypatch):
        """The negative control: looking before taking is not enough."""
        monkeypatch.setattr(module, "_count_and_look", together(module._count_and_look))
        with db.owner.begin() as owner:
            owner.exec_driver_sql("ALTER TABLE users DROP CONSTRAINT users_username_once")
        try:
            self.race(
                *(
                    {"email": f"r{n}@example.com", "address": f"192.0.2.{n}", "username": "ravi.k"}
                    for n in range(2)
                )
            )
            assert accounts() == 2
        finally:
            db.empty()
            with db.owner.begin() as owner:
                owner.exec_driver_sql(
                    "ALTER TABLE users ADD CONSTRAINT users_username_once UNIQUE (username)"
                )


class TestTheLetterOfAChangedPassword:
    def test_goes_to_who_has_an_address(self):
        made = sign_up()
        service.change_password(
            actor=made.actor, current_password=PASSWORD, new_password="another quiet river"
        )
        assert kinds() == ["welcome", "password_changed"]

    def test_says_no_name_to_an_address_nobody_has_confirmed(self):
        made = sign_up(full_name="Win at evil.example")
        service.change_password(
            actor=made.actor, current_password=PASSWORD, new_password="another quiet river"
        )
        assert not any("evil" in letter.text for letter in received())
        with transaction() as session:
            session.get_one(User, made.actor.user_id).email_verified_at = clock.now()
        service.ask_reset(email=EMAIL, address=ELSEWHERE)
        assert "Hello Win at evil.example," in received()[-1].text

    def test_goes_to_nobody_without_one(self):
        made = sign_up(**BY_MOBILE, full_name="Ravi")
        service.change_password(
            actor=made.actor, current_password=PASSWORD, new_password="another quiet river"
        )
        with reading() as session:
            assert session.execute(text("SELECT count(*) FROM mails")).scalar_one() == 0
