"""Adding people, and what managers may do with a lost password."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.errors import InvalidInput, NotAllowed, NotFound, SignInNeeded
from luckychit.core.ids import new_id
from luckychit.domain.users import errors, operations, queries, service
from tests.helpers import people
from tests.helpers.people import sign_in
from tests.helpers.races import at_once

pytestmark = pytest.mark.usefixtures("db")

STRANGE = [None, 7, {"a": 1}, [], "", "x" * 10_000, "a\0b", "\ud800"]


def count(table: str) -> int:
    with reading() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def link_then_fail(manager):
    with transaction() as session:
        for number in ("+919876543210", people.mobile_of(manager)):
            operations.link_member(
                session,
                manager_id=manager.user_id,
                full_name="Ravi",
                mobile_number=number,
                password_hash=None,
                now=clock.now(),
            )


class TestCreateAdmin:
    def test_gives_a_one_time_password_when_none_is_given(self):
        made = service.create_admin(full_name="Asha", username="Asha")
        assert made.login == "asha"
        assert made.one_time_password
        actor = sign_in("ASHA", made.one_time_password).actor
        assert (actor.role, actor.must_change_password) == ("admin", True)

    def test_keeps_the_password_that_is_given(self):
        made = service.create_admin(
            full_name="Asha", email="Asha@Example.com", password=people.PASSWORD
        )
        assert made.one_time_password is None
        assert not sign_in("asha@EXAMPLE.com", people.PASSWORD).actor.must_change_password

    def test_needs_a_login(self):
        with pytest.raises(InvalidInput) as refused:
            service.create_admin(full_name="Asha")
        assert list(refused.value.fields) == ["username"]

    @pytest.mark.parametrize("password", ["short", "password123", "Asha12345", {"a": 1}])
    def test_refuses_a_weak_password(self, password):
        with pytest.raises(InvalidInput) as refused:
            service.create_admin(full_name="Asha", username="asha", password=password)
        assert list(refused.value.fields) == ["password"]
        assert count("users") == 0

    @pytest.mark.parametrize(
        ("login", "what"),
        [
            ({"username": "ASHA"}, "username"),
            ({"email": "ASHA@example.com"}, "e-mail address"),
            ({"mobile_number": "98765 43210"}, "mobile number"),
        ],
    )
    def test_refuses_a_login_that_is_taken(self, login, what):
        service.create_admin(
            full_name="Asha",
            username="asha",
            email="asha@example.com",
            mobile_number="+919876543210",
        )
        with pytest.raises(errors.LoginTaken) as refused:
            service.create_admin(full_name="Other", **login)
        assert refused.value.message == f"Another account already uses this {what}."


class TestCreateManager:
    def test_gives_a_one_time_password_that_must_be_changed(self):
        made = service.create_manager(
            actor=people.an_admin(), full_name="Meera", mobile_number="98765 43210"
        )
        assert made.login == "+919876543210"
        actor = sign_in("9876543210", made.one_time_password).actor
        assert (actor.user_id, actor.role, actor.must_change_password) == (
            made.user_id,
            "manager",
            True,
        )

    def test_is_for_admins(self):
        manager = people.a_manager()
        for actor in (manager, people.a_member(manager)):
            with pytest.raises(NotAllowed):
                service.create_manager(actor=actor, full_name="M", mobile_number="9876543210")
        with pytest.raises(SignInNeeded):
            service.create_manager(actor=None, full_name="M", mobile_number="9876543210")

    def test_refuses_a_number_somebody_has(self):
        member = people.a_member(people.a_manager())
        with pytest.raises(errors.LoginTaken):
            service.create_manager(
                actor=people.an_admin(), full_name="M", mobile_number=people.mobile_of(member)
            )

    @pytest.mark.parametrize("field", ["full_name", "mobile_number", "email"])
    @pytest.mark.parametrize("sent", STRANGE)
    def test_names_the_field_of_a_wrong_shape(self, field, sent):
        if (field, sent) == ("email", None):
            return
        given = {"full_name": "M", "mobile_number": "9876543210", "email": "m@example.com"}
        with pytest.raises(InvalidInput) as refused:
            service.create_manager(actor=people.an_admin(), **{**given, field: sent})
        assert list(refused.value.fields) == [field]


class TestCreateMember:
    def test_gives_a_one_time_password_once(self):
        manager = people.a_manager()
        made = service.create_member(
            actor=manager, full_name=" Ravi  Kumar", mobile_number="98765 43210"
        )
        again = service.create_member(actor=manager, full_name="Rv", mobile_number="+919876543210")
        assert made.full_name == "Ravi Kumar"
        assert again == service.Credentials(made.user_id, "Ravi Kumar", "+919876543210", None)
        assert sign_in("98765 43210", made.one_time_password).actor.must_change_password

    def test_links_somebody_another_manager_added(self):
        member = people.a_member(people.a_manager())
        second = people.a_manager()
        linked = service.create_member(
            actor=second, full_name="Known as R", mobile_number=people.mobile_of(member)
        )
        assert linked.user_id == member.user_id
        assert linked.one_time_password is None
        assert count("manager_members") == 2

    def test_is_for_managers(self):
        for actor in (people.an_admin(), people.a_member()):
            with pytest.raises(NotAllowed):
                service.create_member(actor=actor, full_name="R", mobile_number="9876543210")

    def test_refuses_a_managers_number(self):
        manager = people.a_manager()
        for staff in (manager, people.a_manager(), people.an_admin()):
            with pytest.raises(errors.NotAMember):
                service.create_member(
                    actor=manager, full_name="R", mobile_number=people.mobile_of(staff)
                )

    def test_refuses_a_closed_account(self):
        member = people.a_member(people.a_manager())
        service.deactivate(actor=people.an_admin(), user_id=member.user_id)
        with pytest.raises(errors.Deactivated):
            service.create_member(
                actor=people.a_manager(), full_name="R", mobile_number=people.mobile_of(member)
            )

    @pytest.mark.parametrize("field", ["full_name", "mobile_number"])
    @pytest.mark.parametrize("sent", STRANGE)
    def test_names_the_field_of_a_wrong_shape(self, field, sent):
        given = {"full_name": "R", "mobile_number": "9876543210"}
        with pytest.raises(InvalidInput) as refused:
            service.create_member(actor=people.a_manager(), **{**given, field: sent})
        assert list(refused.value.fields) == [field]

    def test_at_the_same_moment_gives_one_person(self):
        managers = [people.a_manager() for _ in range(6)]

        def add(manager):
            return service.create_member(
                actor=manager, full_name="Ravi", mobile_number="98765 43210"
            )

        made = at_once(*[partial(add, manager) for manager in managers])
        assert len({item.user_id for item in made}) == 1
        shown = [item.one_time_password for item in made if item.one_time_password]
        assert len(shown) == 1
        assert count("manager_members") == len(managers)
        assert sign_in("9876543210", shown[0]).actor.user_id == made[0].user_id


class TestLinkMember:
    def test_without_a_password_gives_somebody_who_cannot_sign_in_yet(self):
        manager = people.a_manager()
        with transaction() as session:
            user_id, is_new = operations.link_member(
                session,
                manager_id=manager.user_id,
                full_name="Ravi",
                mobile_number="+919876543210",
                password_hash=None,
                now=clock.now(),
            )
        assert is_new
        with pytest.raises(errors.WrongCredentials):
            sign_in("9876543210", "none:")
        renewed = service.renew_one_time_password(actor=manager, user_id=user_id)
        assert sign_in("9876543210", renewed.one_time_password)

    def test_takes_a_prepared_password(self):
        manager = people.a_manager()
        plain, hashed = operations.prepare_one_time_password()
        with transaction() as session:
            operations.link_member(
                session,
                manager_id=manager.user_id,
                full_name="Ravi",
                mobile_number="+919876543210",
                password_hash=hashed,
                now=clock.now(),
            )
        assert sign_in("9876543210", plain).actor.must_change_password

    def test_writes_nothing_when_the_caller_fails(self):
        manager = people.a_manager()
        before = count("users")
        with pytest.raises(errors.NotAMember):
            link_then_fail(manager)
        assert count("users") == before


class TestRenewOneTimePassword:
    def test_replaces_the_password_and_ends_the_sessions(self):
        manager = people.a_manager()
        member = people.with_password(people.a_member(manager))
        token = people.a_session(member)
        made = service.renew_one_time_password(actor=manager, user_id=str(member.user_id))
        assert (made.user_id, made.full_name) == (member.user_id, member.full_name)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)
        with pytest.raises(errors.WrongCredentials):
            sign_in(made.login, people.PASSWORD)
        assert sign_in(made.login, made.one_time_password).actor.must_change_password

    def test_refuses_another_managers_member_as_unknown(self):
        member = people.a_member(people.a_manager())
        for wanted in (member.user_id, new_id(), people.an_admin().user_id):
            with pytest.raises(NotFound):
                service.renew_one_time_password(actor=people.a_manager(), user_id=wanted)

    def test_refuses_a_manager_who_linked_somebody_elses_member(self):
        member = people.a_member(people.a_manager())
        second = people.a_manager()
        people.link(second, member)
        with pytest.raises(errors.MayNotRenew):
            service.renew_one_time_password(actor=second, user_id=member.user_id)

    def test_refuses_that_manager_even_before_the_member_came(self):
        made = service.create_member(
            actor=people.a_manager(), full_name="R", mobile_number="9876543210"
        )
        second = people.a_manager()
        service.create_member(actor=second, full_name="R", mobile_number="9876543210")
        with pytest.raises(errors.MayNotRenew):
            service.renew_one_time_password(actor=second, user_id=made.user_id)
        assert sign_in("9876543210", made.one_time_password)

    def test_refuses_the_first_manager_once_the_member_is_shared_and_has_a_password(self):
        first = people.a_manager()
        member = people.a_member(first)
        people.link(people.a_manager(), member)
        with pytest.raises(errors.MayNotRenew):
            service.renew_one_time_password(actor=first, user_id=member.user_id)
        assert service.renew_one_time_password(actor=people.an_admin(), user_id=member.user_id)

    def test_lets_the_first_manager_help_a_shared_member_who_never_came(self):
        first = people.a_manager()
        made = service.create_member(actor=first, full_name="R", mobile_number="9876543210")
        service.create_member(actor=people.a_manager(), full_name="R", mobile_number="9876543210")
        assert service.renew_one_time_password(actor=first, user_id=made.user_id)

    def test_remembers_that_the_member_once_chose_a_password(self):
        first = people.a_manager()
        member = people.a_member(first)
        service.renew_one_time_password(actor=first, user_id=member.user_id)
        people.link(people.a_manager(), member)
        with pytest.raises(errors.MayNotRenew):
            service.renew_one_time_password(actor=first, user_id=member.user_id)

    def test_lets_an_admin_help_managers_but_not_admins(self):
        admin = people.an_admin()
        assert service.renew_one_time_password(actor=admin, user_id=people.a_manager().user_id)
        with pytest.raises(NotAllowed):
            service.renew_one_time_password(actor=admin, user_id=people.an_admin().user_id)
        with pytest.raises(NotFound):
            service.renew_one_time_password(actor=admin, user_id=new_id())

    def test_is_not_for_members(self):
        member = people.a_member(people.a_manager())
        with pytest.raises(NotAllowed):
            service.renew_one_time_password(actor=member, user_id=member.user_id)

    def test_refuses_a_closed_account(self):
        manager, admin = people.a_manager(), people.an_admin()
        member = people.a_member(manager)
        service.deactivate(actor=admin, user_id=member.user_id)
        for actor in (manager, admin):
            with pytest.raises(errors.Deactivated):
                service.renew_one_time_password(actor=actor, user_id=member.user_id)

    @pytest.mark.parametrize("sent", STRANGE)
    def test_refuses_what_is_no_id(self, sent):
        with pytest.raises(InvalidInput):
            service.renew_one_time_password(actor=people.a_manager(), user_id=sent)


class TestSetDemoPasswords:
    def test_gives_all_the_same_password(self):
        manager = people.a_manager()
        member = people.a_member(manager)
        service.set_demo_passwords(
            user_ids=[manager.user_id, member.user_id], password="try the circle"
        )
        for person in (manager, member):
            signed_in = sign_in(people.mobile_of(person), "try the circle")
            assert not signed_in.actor.must_change_password

    def test_is_refused_in_live_mode(self, monkeypatch):
        monkeypatch.setattr(type(service.passwords.settings()), "is_live", True)
        with pytest.raises(NotAllowed):
            service.set_demo_passwords(user_ids=[], password="try the circle")


class TestQueries:
    def test_names_of_gives_the_people_asked_for(self):
        manager = people.a_manager()
        member = people.a_member(manager, full_name="Ravi")
        mobile = people.mobile_of(member)
        with reading() as session:
            found = queries.names_of(session, user_ids=[member.user_id, new_id()])
            assert queries.names_of(session, user_ids=[]) == {}
        assert list(found) == [member.user_id]
        person = found[member.user_id]
        assert (person.full_name, person.mobile_number) == ("Ravi", mobile)
        assert person.mobile_masked == f"+91 •••••{mobile[-5:]}"
        assert not person.has_signed_in

    def test_names_of_tells_who_has_signed_in(self):
        member = people.with_password(people.a_member(people.a_manager()))
        sign_in(people.mobile_of(member), people.PASSWORD)
        with reading() as session:
            assert queries.names_of(session, user_ids=[member.user_id])[
                member.user_id
            ].has_signed_in

    def test_members_by_mobile_tells_nothing_of_other_managers_members(self):
        manager = people.a_manager()
        own, foreign = people.a_member(manager), people.a_member(people.a_manager())
        numbers = [people.mobile_of(own), people.mobile_of(foreign)]
        with reading() as session:
            found = queries.members_by_mobile(
                session, manager_id=manager.user_id, mobile_numbers=numbers
            )
        assert {number: person.user_id for number, person in found.items()} == {
            numbers[0]: own.user_id
        }

    def test_managers_is_for_admins(self):
        manager = people.a_manager(full_name="Meera")
        found = queries.managers(actor=people.an_admin())
        assert [(item.user_id, item.full_name, item.is_active) for item in found] == [
            (manager.user_id, "Meera", True)
        ]
        for actor in (manager, people.a_member(manager)):
            with pytest.raises(NotAllowed):
                queries.managers(actor=actor)

    def test_profile_shows_the_actors_own_account(self):
        member = people.a_member(people.a_manager(), full_name="Ravi")
        shown = queries.profile(actor=member)
        assert (shown.full_name, shown.role) == ("Ravi", "member")
        assert shown.mobile_number == people.mobile_of(member)
        with pytest.raises(SignInNeeded):
            queries.profile(actor=None)
        with pytest.raises(SignInNeeded):
            queries.profile(actor=replace(member, user_id=new_id()))
