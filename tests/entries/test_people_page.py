"""The administrator's page of all people, and the command for when no admin gets in."""

from contextlib import nullcontext
from typing import Any

import pytest
import reflex as rx

from luckychit import __main__ as command_line
from luckychit.core import clock, errors
from luckychit.domain.users import queries, service
from luckychit.domain.users.queries import PEOPLE_PAGE
from luckychit.ui import sockets
from luckychit.ui.pages.admin_people.lines import person_text
from luckychit.ui.pages.admin_people.state import PeopleState
from tests.helpers import people
from tests.helpers.events import Browser, Namespace, a_browser, full_name, order
from tests.helpers.factors import with_factor
from tests.helpers.people import a_manager, a_member, a_session, an_admin, mobile_of, with_password
from tests.helpers.trail import actions


@pytest.fixture(autouse=True)
def _namespace(db, monkeypatch):
    assert db
    monkeypatch.setattr(sockets, "namespace", Namespace)


class Desk:
    """The administrator's tab; ``said`` is all that came back last."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.said = browser, ""

    async def do(self, handler: str, **payload: Any) -> Any:
        self.said = await self.browser.send(full_name(PeopleState, handler), payload)
        token = rx.BaseStateToken(ident=self.browser.token, cls=PeopleState)
        root = await self.browser.states.get_state(token)
        return await root.get_state(PeopleState)

    async def open(self, person: Any) -> Any:
        return await self.do("open_person", user_id=str(person.user_id))

    @property
    def failures(self) -> list[Exception]:
        return self.browser.failures


@pytest.fixture
def admin():
    return an_admin(full_name="Asha Admin")


@pytest.fixture
async def desk(admin):
    async with a_browser(a_session(admin)) as browser:
        yield Desk(browser)


def facts_of(state: Any) -> dict[str, str]:
    return {fact.name: fact.value for fact in state.person.facts}


class TestTheList:
    async def test_goes_by_pages_and_back(self, desk):
        for number in range(PEOPLE_PAGE + 4):
            a_member(full_name=f"Member {number:02}")
        state = await desk.do("load")
        assert (len(state.lines), state.has_previous, state.has_next) == (25, False, True)
        assert (state.lines[0].name, state.page_text) == ("Member 28", "1 to 25, newest first")
        state = await desk.do("next_page")
        assert [line.name for line in state.lines][-1] == "Asha Admin"
        assert (state.has_previous, state.has_next) == (True, False)
        assert state.page_text == "26 to 30, newest first"
        state = await desk.do("next_page")
        assert len(state.lines) == 5
        state = await desk.do("previous_page")
        assert (state.lines[0].name, state.has_previous) == ("Member 28", False)
        state = await desk.do("previous_page")
        assert state.lines[0].name == "Member 28"

    async def test_finds_from_the_first_page_and_says_what_is_too_short(self, desk):
        for number in range(PEOPLE_PAGE + 1):
            a_member(full_name=f"Member {number:02}")
        await desk.do("load")
        await desk.do("next_page")
        state = await desk.do("find", form={"search": "member 07"})
        assert [line.name for line in state.lines] == ["Member 07"]
        assert (state.has_previous, state.has_next) == (False, False)
        assert state.page_text == "1 person"
        state = await desk.do("find", form={"search": "m"})
        assert state.problems == {"search": "Please type at least two characters."}
        assert (state.search, len(state.lines)) == ("member 07", 1)
        assert order("idle") in desk.said
        state = await desk.do("find", form={"search": [1]})
        assert (state.problems, state.search, len(state.lines)) == ({}, "", 25)

    async def test_says_how_each_account_stands(self, desk, admin):
        signed_in, closed, manager = with_password(a_member()), a_member(), a_manager()
        people.sign_in(mobile_of(signed_in))
        with_factor(manager)
        service.deactivate(actor=admin, user_id=closed.user_id)
        state = await desk.do("load")
        stands = {line.user_id: (line.status_text, line.has_factor) for line in state.lines}
        assert stands[str(signed_in.user_id)] == ("Active", False)
        assert stands[str(closed.user_id)] == ("Closed", False)
        assert stands[str(manager.user_id)] == ("Never signed in", True)

    async def test_is_for_admins(self):
        member = a_member(full_name="Ravi Hidden")
        async with a_browser(a_session(with_password(a_manager()))) as browser:
            desk = Desk(browser)
            state = await desk.open(member)
            assert isinstance(desk.failures[0], errors.NotAllowed)
            assert state.person.user_id == ""
            assert "Ravi Hidden" not in desk.said


class TestOnePerson:
    async def test_opens_with_what_is_known(self, desk):
        manager = a_manager(full_name="Meera Manager")
        member = a_member(manager, full_name="Ravi Member")
        state = await desk.open(member)
        assert order("open", "person") in desk.said
        facts = facts_of(state)
        assert facts["Birth date"] == "7 May 1990"
        assert facts["Account made"].endswith("by Meera Manager")
        assert facts["Last sign-in"] == "Never"
        assert facts["Signed in now"] == "1 device or program"
        assert facts["Organisers"] == "1"
        assert "Second step" not in facts
        assert facts_of(await desk.open(manager))["Second step"] == "Off"

    async def test_that_is_nobody_is_not_found(self, desk):
        for user_id in ("", "x", "00000000-0000-7000-8000-000000000000"):
            await desk.do("open_person", user_id=user_id)
            assert isinstance(desk.failures[0], errors.NotFound)

    async def test_before_any_was_opened_nothing_is_done(self, desk, admin):
        for act in ("renew", "sign_out", "remove_factor", "close", "reopen"):
            await desk.do(act, _form={})
            assert isinstance(desk.failures[0], errors.NotFound), act
        assert actions() == []

    async def test_offers_nothing_for_oneself_and_no_password_of_an_admin(self, desk, admin):
        own = (await desk.open(admin)).person
        assert own.remark.startswith("This is you")
        may = [name for name in vars(own) if name.startswith("can_")]
        assert len(may) == 6
        assert not any(getattr(own, name) for name in may)
        other = (await desk.open(an_admin())).person
        assert (other.can_renew, other.can_close) == (False, True)
        assert "never by somebody else" in other.remark

    def test_tells_a_one_time_password_that_works_from_an_expired_one(self, admin, monkeypatch):
        member = a_member()
        service.renew_one_time_password(actor=admin, user_id=member.user_id)

        def password():
            found = queries.person(actor=admin, user_id=member.user_id)
            said = person_text(found, viewer_id=admin.user_id, now=clock.now())
            return next(fact.value for fact in said.facts if fact.name == "Password")

        assert password().startswith("One-time, works until ")
        people.pass_time(monkeypatch, days=7)
        assert password() == "One-time, expired"


class TestActs:
    async def test_a_new_password_is_shown_until_it_is_put_away(self, desk):
        member = with_password(a_member(full_name="Ravi Member"))
        await desk.open(member)
        state = await desk.do("renew", _form={})
        made = state.made_password
        assert (state.made_name, state.made_login) == ("Ravi Member", mobile_of(member))
        assert made in desk.said
        assert order("open", "made") in desk.said
        assert facts_of(state)["Signed in now"] == "Nowhere"
        assert people.sign_in(mobile_of(member), made).actor.must_change_password
        state = await desk.do("forget")
        assert (state.made_name, state.made_login, state.made_password) == ("", "", "")

    async def test_a_birth_date_is_corrected_or_said_to_be_wrong(self, desk):
        await desk.open(a_member())
        state = await desk.do("correct_birth_date", form={"birth_date": "1991-02-30"})
        assert list(state.problems) == ["birth_date"]
        state = await desk.do("correct_birth_date", form={"birth_date": "1991-12-31"})
        assert (state.problems, state.person.born) == ({}, "1991-12-31")
        assert order("done", "correct") in desk.said
        assert state.said == "The birth date is corrected."

    async def test_signing_out_ends_what_was_open(self, desk):
        member = a_member()
        token = a_session(member)
        assert (await desk.open(member)).person.can_sign_out
        state = await desk.do("sign_out", _form={})
        assert not state.person.can_sign_out
        with pytest.raises(errors.SignInNeeded):
            service.actor_of(token=token)

    async def test_a_second_step_is_removed(self, desk):
        other = an_admin()
        with_factor(other)
        assert (await desk.open(other)).person.can_remove_factor
        state = await desk.do("remove_factor", _form={})
        assert not state.person.can_remove_factor
        assert facts_of(state)["Second step"] == "Off"
        assert people.sign_in(mobile_of(other))

    async def test_an_account_is_closed_and_opened_again(self, desk):
        member = with_password(a_member())
        state = await desk.open(member)
        assert "seats, tickets and wallet stay" in state.person.what_stays
        state = await desk.do("close", _form={})
        assert (state.person.status_text, state.person.can_reopen) == ("Closed", True)
        assert not state.person.can_renew
        assert state.lines[0].status_text == "Closed"
        with pytest.raises(errors.NotAllowed):
            people.sign_in(mobile_of(member))
        state = await desk.do("reopen", _form={})
        assert (state.person.can_close, state.person.can_reopen) == (True, False)
        assert people.sign_in(mobile_of(member))
        assert actions(but=("users.signed_in",)) == ["users.deactivated", "users.reactivated"]

    async def test_who_was_late_reads_how_it_stands(self, desk, admin):
        manager = a_manager()
        with_factor(manager)
        await desk.open(manager)
        service.remove_second_factor(actor=admin, user_id=manager.user_id)
        state = await desk.do("remove_factor", _form={})
        assert (state.said, state.said_tone) == ("Two-step sign-in is not on.", "bad")
        assert not state.person.can_remove_factor
        await desk.open(manager)
        service.deactivate(actor=admin, user_id=manager.user_id)
        state = await desk.do("renew", _form={})
        assert (state.said, state.said_tone) == ("This account has been closed.", "bad")
        assert (state.made_password, state.person.status_text) == ("", "Closed")
        assert desk.failures == []


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _beside_the_app(self, monkeypatch):
        monkeypatch.setattr(command_line, "_current_database", nullcontext)

    def run(self, login: str) -> int:
        arguments = command_line.parser().parse_args(["remove-second-factor", login])
        return arguments.run(arguments)

    def test_lets_an_only_admin_in_again(self, admin, capsys):
        with_factor(admin)
        assert self.run(mobile_of(admin)) == 0
        assert "Asha Admin signs in with the password alone now" in capsys.readouterr().out
        assert people.sign_in(mobile_of(admin))
        assert actions(action="users.second_factor_removed")

    def test_says_whom_it_does_not_know(self):
        with pytest.raises(errors.InvalidInput):
            self.run("nobody")
