"""What people change of their own accounts, and what they may not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import InvalidInput, NotAllowed, NotFound, SignInNeeded, TooManyTries
from luckychit.domain.users import errors, queries, service
from luckychit.domain.users.models import User
from luckychit.domain.users.rules.throttle import LIMITS
from tests.helpers import people
from tests.helpers.factors import letters_to, trail
from tests.helpers.people import PASSWORD, a_manager, a_member, an_admin, mobile_of, with_password
from tests.helpers.races import at_once, of_type

pytestmark = pytest.mark.usefixtures("db")
BORN = date(1990, 12, 31)


@pytest.fixture
def member(db):
    return with_password(a_member(a_manager(), birth_date=None))


def change(actor, **fields):
    service.update_profile(actor=actor, **fields)


def sure(actor, **fields):
    change(actor, current_password=PASSWORD, **fields)


def own(actor):
    return queries.profile(actor=actor)


class TestWhatNeedsNoPassword:
    def test_is_stored_as_it_was_meant(self, member):
        change(
            member,
            full_name="  Ravi   Kumar ",
            public_name="Ravi K.",
            birth_date="1990-12-31",
            language="hi",
            theme="dark",
        )
        found = own(member)
        assert (found.full_name, found.public_name) == ("Ravi Kumar", "Ravi K.")
        assert (found.birth_date, found.language, found.theme) == (BORN, "hi", "dark")
        assert queries.theme_of(actor=member) == "dark"

    def test_leaves_alone_what_is_not_named(self, member):
        before = own(member)
        change(member, theme="light")
        after = own(member)
        assert after.theme == "light"
        assert after.full_name == before.full_name
        assert after.mobile_number == before.mobile_number

    def test_is_noted_once_with_old_and_new(self, member):
        change(member, theme="dark", language="hi")
        change(member, theme="light", language="hi")
        assert trail(member) == [
            ("users.profile_changed", {"changed": {"language": {"from": "en", "to": "hi"}}})
        ]

    @pytest.mark.parametrize(
        ("field", "sent"),
        [
            ("full_name", "1234"),
            ("full_name", ""),
            ("full_name", None),
            ("public_name", "x" * 31),
            ("public_name", "two\nlines"),
            ("public_name", "..."),
            ("public_name", ""),
            ("birth_date", "31-12-1990"),
            ("birth_date", None),
            ("birth_date", 19901231),
            ("birth_date", "1899-12-31"),
            ("birth_date", "1900-01-01"),
            ("birth_date", "2999-01-01"),
            ("language", "fr"),
            ("theme", "blue"),
            ("theme", ["dark"]),
            ("email", "not an address"),
            ("mobile_number", "12"),
            ("username", "a"),
        ],
    )
    def test_is_refused_at_its_field(self, member, field, sent):
        before = own(member)
        with pytest.raises(InvalidInput) as refused:
            change(member, **{field: sent})
        assert list(refused.value.fields) == [field]
        assert own(member) == before

    def test_names_every_wrong_field_and_stores_none(self, member):
        with pytest.raises(InvalidInput) as refused:
            change(member, full_name="", theme="blue", language="hi")
        assert set(refused.value.fields) == {"full_name", "theme"}
        assert own(member).language == "en"

    def test_a_shown_name_can_be_taken_back(self, member):
        change(member, public_name="Ravi")
        change(member, public_name=None)
        assert own(member).public_name == ""

    def test_nobody_and_the_closed_are_refused(self, member):
        with pytest.raises(SignInNeeded):
            change(None, theme="dark")
        service.deactivate(actor=an_admin(), user_id=member.user_id)
        with pytest.raises(SignInNeeded):
            change(member, theme="dark")


class TestABirthDate:
    def test_is_given_once(self, member):
        change(member, birth_date=BORN)
        change(member, birth_date=BORN)
        with pytest.raises(errors.BirthDateFixed):
            change(member, birth_date=BORN - timedelta(days=365))
        assert own(member).birth_date == BORN

    def test_is_not_tomorrow(self, member):
        with pytest.raises(InvalidInput):
            change(member, birth_date=clock.now().date() + timedelta(days=2))

    def test_is_corrected_by_an_admin_only(self, member):
        change(member, birth_date=BORN)
        wanted = {"user_id": member.user_id, "birth_date": "1991-12-31"}
        for actor in (member, a_manager()):
            with pytest.raises(NotAllowed):
                service.correct_birth_date(actor=actor, **wanted)
        service.correct_birth_date(actor=an_admin(), **wanted)
        assert own(member).birth_date == date(1991, 12, 31)
        assert trail(member)[-1][1]["changed"]["birth_date"] == {
            "from": "1990-12-31",
            "to": "1991-12-31",
        }
        with pytest.raises(NotFound):
            service.correct_birth_date(
                actor=an_admin(),
                user_id="00000000-0000-7000-8000-000000000000",
                birth_date=BORN,
            )


class TestALogin:
    @pytest.mark.parametrize(
        ("field", "typed", "stored"),
        [
            ("email", "Ravi@Example.com", "ravi@example.com"),
            ("mobile_number", "98765 43210", "+919876543210"),
            ("username", "Ravi.K", "ravi.k"),
        ],
    )
    def test_changes_with_the_password_and_then_signs_in(self, member, field, typed, stored):
        for password in (None, ""):
            with pytest.raises(InvalidInput) as refused:
                change(member, **{field: typed}, current_password=password)
            assert list(refused.value.fields) == ["current_password"]
        with pytest.raises(errors.WrongCurrentPassword):
            change(member, **{field: typed}, current_password="not this one")
        sure(member, **{field: typed})
        assert getattr(own(member), field) == stored
        assert people.sign_in(stored).actor.user_id == member.user_id

    def test_that_stays_the_same_needs_no_password(self, member):
        change(member, mobile_number=mobile_of(member))

    def test_wrong_passwords_are_counted(self, member):
        for _ in range(LIMITS["change"].free):
            with pytest.raises(errors.WrongCurrentPassword):
                change(member, username="ravi.k", current_password="not this one")
        with pytest.raises(TooManyTries):
            sure(member, username="ravi.k")

    @pytest.mark.parametrize(
        ("field", "value", "what"),
        [
            ("email", "taken@example.com", "e-mail address"),
            ("mobile_number", "+919876500001", "mobile number"),
            ("username", "taken", "username"),
        ],
    )
    def test_of_somebody_else_is_refused_by_name(self, member, field, value, what):
        sure(with_password(a_member()), **{field: value})
        with pytest.raises(errors.LoginTaken) as refused:
            sure(member, **{field: value})
        assert what in refused.value.message
        assert trail(member) == []

    def test_cannot_be_the_last_one_to_go(self, member):
        with pytest.raises(errors.LastLogin):
            sure(member, mobile_number=None)
        sure(member, mobile_number=None, username="ravi.k")
        with pytest.raises(errors.LastLogin):
            sure(member, username=None)
        assert people.sign_in("ravi.k")

    def test_is_masked_in_the_trail(self, member):
        sure(member, mobile_number="9876543210", email="ravi@example.com")
        said = str(trail(member))
        assert "r•••@example.com" in said
        assert "43210" in said
        assert "9876543210" not in said
        assert "ravi@" not in said


class TestAnEMailAddress:
    def test_is_unverified_again_and_both_addresses_hear_of_it(self, member):
        sure(member, email="old@example.com")
        with transaction() as session:
            session.get_one(User, member.user_id).email_verified_at = clock.now()
        assert own(member).email_is_verified
        sure(member, email="new@example.com")
        assert not own(member).email_is_verified
        assert letters_to("new@example.com") == ["verify_email"]
        assert letters_to("old@example.com") == ["verify_email", "email_changed"]

    def test_that_goes_tells_only_the_old_address(self, member):
        sure(member, email="old@example.com")
        sure(member, email=None)
        assert own(member).email == ""
        assert letters_to("old@example.com") == ["verify_email", "email_changed"]

    def test_is_written_to_in_the_readers_language(self, member, db):
        change(member, language="hi")
        sure(member, email="ravi@example.com")
        with db.owner.connect() as owner:
            subject, html = owner.execute(text("SELECT subject, body_html FROM mails")).one()
        assert "ई-मेल" in subject
        assert '<html lang="hi">' in html


class TestAtTheSameMoment:
    def race(self):
        racers = [with_password(a_member()) for _ in range(4)]
        return at_once(*(lambda a=a: sure(a, email="one@example.com") for a in racers))

    def test_one_address_goes_to_one_person(self):
        results = self.race()
        assert results.count(None) == 1
        assert len(of_type(results, errors.LoginTaken)) == 3
        assert letters_to("one@example.com") == ["verify_email"]

    def test_without_the_constraint_it_would_go_to_all(self, db):
        """The negative control: nothing but the database decides it."""
        with db.owner.begin() as owner:
            owner.execute(text("ALTER TABLE users DROP CONSTRAINT users_email_once"))
        try:
            assert self.race().count(None) == 4
        finally:
            db.empty()
            with db.owner.begin() as owner:
                owner.execute(
                    text("ALTER TABLE users ADD CONSTRAINT users_email_once UNIQUE (email)")
                )

    def test_one_birth_date_is_the_first(self, member):
        days = [BORN - timedelta(days=place) for place in range(4)]
        results = at_once(*(lambda d=d: change(member, birth_date=d) for d in days))
        assert results.count(None) == 1
        assert len(of_type(results, errors.BirthDateFixed)) == 3


class TestSigningOutElsewhere:
    def test_ends_the_others_and_keeps_this_one(self, member):
        here, there = (people.sign_in(mobile_of(member)) for _ in range(2))
        service.sign_out_everywhere(actor=here.actor, keep_current=True)
        assert service.actor_of(token=here.token) == here.actor
        with pytest.raises(SignInNeeded):
            service.actor_of(token=there.token)
        assert trail(member)[-1] == ("users.signed_out_everywhere", {"kept_current": True})

    def test_can_end_this_one_too(self, member):
        here = people.sign_in(mobile_of(member))
        service.sign_out_everywhere(actor=here.actor, keep_current=False)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=here.token)
