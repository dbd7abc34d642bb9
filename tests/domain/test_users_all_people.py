"""What an admin finds of all people, and what an admin may do for one of them."""

from datetime import timedelta

import pytest

from luckychit.core import clock
from luckychit.core.errors import InvalidInput, NotAllowed, NotFound, SignInNeeded
from luckychit.core.ids import new_id
from luckychit.domain.users import errors, queries, service
from tests.helpers import people
from tests.helpers.factors import challenge_of, complete, trail, with_factor
from tests.helpers.people import (
    BORN_ON,
    PASSWORD,
    a_manager,
    a_member,
    a_session,
    an_admin,
    mobile_of,
    with_password,
)
from tests.helpers.races import at_once
from tests.helpers.trail import actions
from tests.helpers.trail import trail as whole_trail

pytestmark = pytest.mark.usefixtures("db")

STRANGE = [None, 7, {"a": 1}, [], "x" * 81, "a\0b", "\ud800x"]


@pytest.fixture
def admin(db):
    return an_admin(full_name="Asha Admin")


def names(admin, text="", **part):
    return [row.full_name for row in queries.people_page(actor=admin, text=text, **part).items]


class TestAllPeople:
    def test_are_for_admins(self):
        member = a_member()
        for actor in (member, a_manager()):
            with pytest.raises(NotAllowed):
                queries.people_page(actor=actor)
            with pytest.raises(NotAllowed):
                queries.person(actor=actor, user_id=member.user_id)
        with pytest.raises(SignInNeeded):
            queries.people_page(actor=None)
        with pytest.raises(SignInNeeded):
            queries.person(actor=None, user_id=member.user_id)

    def test_come_newest_first_and_each_on_one_page(self, admin, monkeypatch):
        made = ["Asha Admin"]
        for number in range(7):
            people.pass_time(monkeypatch, seconds=1)
            made.append(a_member(full_name=f"Member {number}").full_name)
        seen, after = [], None
        while True:
            page = queries.people_page(actor=admin, after=after, limit=3)
            seen.append([row.full_name for row in page.items])
            after = page.after
            if after is None:
                break
        assert [len(part) for part in seen] == [3, 3, 2]
        assert [name for part in seen for name in part] == made[::-1]

    def test_of_exactly_one_page_have_no_next(self, admin):
        a_member()
        assert queries.people_page(actor=admin, limit=2).after is None
        assert queries.people_page(actor=admin, limit=1).after is not None

    def test_give_a_hundred_at_most_and_one_at_least(self, admin):
        a_member()
        assert len(queries.people_page(actor=admin, limit=-5).items) == 1
        assert len(queries.people_page(actor=admin, limit=10**9).items) == 2


class TestASearch:
    @pytest.mark.parametrize(
        "typed",
        [
            "lakshmi",
            "SHMI R",
            "  lakshmi   rao ",
            "98765 43210",
            "43210",
            "+91 98765-43210",
            "LAKSHMI@example",
            "lakshmi.rao",
        ],
    )
    def test_finds_any_part_of_a_name_or_login(self, admin, typed):
        a_member(full_name="Somebody Else")
        made = service.create_manager(
            actor=admin,
            full_name="Lakshmi Rao",
            mobile_number="9876543210",
            email="lakshmi@example.com",
        )
        manager = people.sign_in("9876543210", made.one_time_password or "").actor
        service.change_password(
            actor=manager, current_password=made.one_time_password or "", new_password=PASSWORD
        )
        service.update_profile(actor=manager, username="lakshmi.rao", current_password=PASSWORD)
        assert names(admin, typed) == ["Lakshmi Rao"]

    def test_takes_what_other_searches_take_for_wildcards_as_it_is(self, admin):
        a_member(full_name="Ravi Member")
        a_member(full_name="Hundred% Sure_")
        assert names(admin, "d%") == names(admin, "e_") == ["Hundred% Sure_"]
        assert names(admin, "%%") == names(admin, "__") == []

    def test_finds_names_in_other_scripts(self, admin):
        a_member(full_name="लक्ष्मी राव")
        assert names(admin, "राव") == ["लक्ष्मी राव"]

    def test_takes_a_number_with_letters_for_a_name(self, admin):
        a_member(full_name="Member 23")
        assert names(admin, "member 2") == ["Member 23"]

    @pytest.mark.parametrize("typed", ["a", " 7 ", "%"])
    def test_needs_two_characters(self, admin, typed):
        with pytest.raises(InvalidInput) as refused:
            queries.people_page(actor=admin, text=typed)
        assert refused.value.fields == {"search": "Please type at least two characters."}

    @pytest.mark.parametrize("typed", STRANGE)
    def test_refuses_what_is_no_text(self, admin, typed):
        with pytest.raises(InvalidInput) as refused:
            queries.people_page(actor=admin, text=typed)
        assert list(refused.value.fields) == ["search"]


class TestOnePerson:
    def test_is_told_in_full(self, admin):
        manager = a_manager()
        member = with_password(a_member(manager))
        people.link(a_manager(), member)
        people.sign_in(mobile_of(member))
        found = queries.person(actor=admin, user_id=str(member.user_id))
        assert (found.row.role, found.row.mobile_number) == ("member", mobile_of(member))
        assert (found.row.is_active, found.row.has_signed_in) == (True, True)
        assert (found.birth_date, found.added_by) == (BORN_ON, manager.full_name)
        assert (found.session_count, found.linked_count) == (2, 2)
        assert found.one_time_expires_at is None
        assert queries.person(actor=admin, user_id=manager.user_id).linked_count == 1

    def test_counts_only_sessions_that_hold(self, admin, monkeypatch):
        member = a_member()
        a_session(member, began_at=clock.now() - timedelta(days=100))
        assert queries.person(actor=admin, user_id=member.user_id).session_count == 1
        people.pass_time(monkeypatch, days=31)
        assert queries.person(actor=admin, user_id=member.user_id).session_count == 0

    def test_tells_of_a_one_time_password_a_second_step_and_a_closed_account(self, admin):
        manager = a_manager()
        with_factor(manager)
        service.renew_one_time_password(actor=admin, user_id=manager.user_id)
        service.deactivate(actor=admin, user_id=manager.user_id)
        found = queries.person(actor=admin, user_id=manager.user_id)
        assert found.one_time_expires_at is not None
        assert (found.row.has_second_factor, found.recovery_codes_left) == (True, 10)
        assert (found.row.is_active, found.closed_at is not None) == (False, True)

    def test_of_nobody_is_not_found(self, admin):
        with pytest.raises(NotFound):
            queries.person(actor=admin, user_id=new_id())
        with pytest.raises(InvalidInput):
            queries.person(actor=admin, user_id={"a": 1})


class TestSigningSomebodyOut:
    def test_ends_browsers_and_programs_once_and_keeps_the_password(self, admin):
        member = with_password(a_member())
        browser = people.sign_in(mobile_of(member))
        program = service.tokens_of(people.sign_in(mobile_of(member), kind="api"))
        service.sign_out_person(actor=admin, user_id=str(member.user_id))
        with pytest.raises(SignInNeeded):
            service.actor_of(token=browser.token)
        with pytest.raises(SignInNeeded):
            service.refresh(refresh_token=program.refresh_token, address=people.HOME)
        service.sign_out_person(actor=admin, user_id=member.user_id)
        assert actions(but=("users.signed_in",)) == ["users.person_signed_out"]
        (entry,) = whole_trail(action="users.person_signed_out")
        assert (entry.actor_id, entry.owner_id) == (admin.user_id, member.user_id)
        assert people.sign_in(mobile_of(member))

    def test_is_for_admins_and_not_for_themselves(self, admin):
        member = a_member()
        for actor in (member, a_manager()):
            with pytest.raises(NotAllowed):
                service.sign_out_person(actor=actor, user_id=member.user_id)
        with pytest.raises(NotAllowed):
            service.sign_out_person(actor=admin, user_id=admin.user_id)
        with pytest.raises(NotFound):
            service.sign_out_person(actor=admin, user_id=new_id())
        with pytest.raises(InvalidInput):
            service.sign_out_person(actor=admin, user_id="x")

    def test_is_not_for_an_admin_whose_account_is_closed(self, admin):
        member = a_member()
        service.deactivate(actor=an_admin(), user_id=admin.user_id)
        with pytest.raises(SignInNeeded):
            service.sign_out_person(actor=admin, user_id=member.user_id)


class TestAnAdminsLostPhone:
    def test_is_helped_by_another_admin(self, admin):
        other = an_admin()
        _, codes = with_factor(other)
        token = complete(challenge_of(other), codes[0]).token
        service.remove_second_factor(actor=admin, user_id=other.user_id)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)
        assert people.sign_in(mobile_of(other))
        assert ("users.second_factor_removed", {}) in trail(other)

    def test_is_never_helped_by_oneself(self, admin):
        with_factor(admin)
        with pytest.raises(NotAllowed):
            service.remove_second_factor(actor=admin, user_id=admin.user_id)
        assert queries.profile(actor=admin).has_second_factor

    def test_is_not_helped_by_an_admin_whose_account_is_closed(self, admin):
        other = an_admin()
        with_factor(other)
        service.deactivate(actor=other, user_id=admin.user_id)
        with pytest.raises(SignInNeeded):
            service.remove_second_factor(actor=admin, user_id=other.user_id)
        assert queries.profile(actor=other).has_second_factor

    def test_of_two_who_help_each_other_keeps_nobody_waiting(self, admin):
        pair = [admin, an_admin()]
        for one in pair:
            with_factor(one)
        done = at_once(
            *(
                lambda one=one, other=other: service.remove_second_factor(
                    actor=one, user_id=other.user_id
                )
                for one, other in (pair, pair[::-1])
            )
        )
        assert done == [None, None]
        assert not any(queries.profile(actor=one).has_second_factor for one in pair)


class TestTheLastResort:
    def test_helps_whoever_signs_in_so_and_ends_the_sessions(self, admin):
        _, codes = with_factor(admin)
        token = complete(challenge_of(admin), codes[0]).token
        typed = mobile_of(admin).removeprefix("+91")
        assert service.remove_second_factor_here(login=f" {typed} ") == "Asha Admin"
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)
        assert people.sign_in(mobile_of(admin))
        (entry,) = whole_trail(action="users.second_factor_removed")
        assert (entry.actor_id, entry.actor_role) == (None, "system")
        assert entry.owner_id == admin.user_id

    def test_is_refused_where_there_is_nothing_to_remove(self, admin):
        with pytest.raises(errors.SecondFactorOff):
            service.remove_second_factor_here(login=mobile_of(admin))

    @pytest.mark.parametrize("login", ["nobody", "", None, "x" * 300, "a\0b"])
    def test_is_refused_for_nobody(self, login):
        with pytest.raises(InvalidInput) as refused:
            service.remove_second_factor_here(login=login)
        assert list(refused.value.fields) == ["login"]
