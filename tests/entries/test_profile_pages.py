"""What the pages about the own account say, and what their handlers do."""

import re
from datetime import timedelta

import pytest

from luckychit.core import clock
from luckychit.core.errors import SignInNeeded
from luckychit.domain.users import queries
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import Deactivated
from luckychit.ui import live
from luckychit.ui.live import LiveState
from luckychit.ui.pages.admin.state import AdminState
from luckychit.ui.pages.admin_profile.state import AdminProfileState
from luckychit.ui.pages.manage_profile.state import ManageProfileState
from luckychit.ui.pages.member_profile.state import MemberProfileState
from luckychit.ui.pages.profile_shared.texts import account_text, read_own
from luckychit.ui.pages.sign_in_code.state import SignInCodeState
from tests.helpers import people
from tests.helpers.events import Namespace, a_browser, full_name, order
from tests.helpers.factors import challenge_of, code_now, complete, stored_secret, with_factor
from tests.helpers.people import (
    PASSWORD,
    a_manager,
    a_member,
    an_admin,
    mobile_of,
    with_password,
)

pytestmark = pytest.mark.usefixtures("_quiet")


@pytest.fixture
def _quiet(db, monkeypatch):
    monkeypatch.setattr(live.sockets, "namespace", Namespace, raising=False)


def cookie_of(actor):
    return people.sign_in(mobile_of(with_password(actor))).token


async def send(browser, state, handler, **payload):
    return await browser.send(full_name(state, handler), payload)


class TestWords:
    def test_say_what_is_missing_by_saying_nothing(self):
        own = queries.profile(actor=a_member(birth_date=None))
        said = account_text(own, clock.now())
        assert (said.email, said.email_words, said.username, said.birth_date) == ("", "", "", "")
        assert said.mobile_shown.startswith("+91 98")
        assert said.password == "Changed today"

    def test_say_whether_an_address_is_confirmed(self):
        member = with_password(a_member())
        users.update_profile(actor=member, email="r@example.com", current_password=PASSWORD)
        found = read_own(member, clock.now())
        assert found.account.email_words == "Not confirmed: open our letter"
        assert [one.is_current for one in found.sessions] == [True]


class TestAMembersPage:
    async def test_changes_what_needs_no_password(self):
        member = a_member(birth_date=None)
        async with a_browser(cookie_of(member)) as browser:
            page = MemberProfileState
            said = await send(browser, page, "save_name", form={"full_name": "Ravi Kumar"})
            assert "Your name is changed." in said
            assert order("done", "name") in said
            await send(browser, page, "save_public_name", form={"public_name": "Ravi K."})
            await send(browser, page, "save_birth_date", form={"birth_date": "1990-12-31"})
            await send(browser, page, "choose_language", language="hi")
        own = queries.profile(actor=member)
        assert (own.full_name, own.public_name, own.language) == ("Ravi Kumar", "Ravi K.", "hi")
        assert own.birth_date is not None

    async def test_marks_the_field_of_the_dialog_that_was_sent(self):
        async with a_browser(cookie_of(a_member())) as browser:
            page = MemberProfileState
            said = await send(browser, page, "save_name", form={"full_name": ""})
            assert "'name-full_name': 'Please fill this in.'" in said
            form = {"what": "email", "email": "r@example.com", "current_password": "wrong one"}
            said = await send(browser, page, "save_login", form=form)
            assert "'email-current_password': 'Your current password is not right.'" in said
            form = {"what": "mobile_number", "mobile_number": "", "current_password": PASSWORD}
            said = await send(browser, page, "save_login", form=form)
            assert "'mobile_number-mobile_number': 'One way to sign in must stay" in said

    async def test_changes_a_login_with_the_password(self):
        member = a_member()
        async with a_browser(cookie_of(member)) as browser:
            form = {"what": "username", "username": "ravi.k", "current_password": PASSWORD}
            said = await send(browser, MemberProfileState, "save_login", form=form)
            assert "Your username is changed." in said
            form |= {"what": "password_hash", "password_hash": "x"}
            await send(browser, MemberProfileState, "save_login", form=form)
        assert queries.profile(actor=member).username == "ravi.k"

    async def test_says_of_a_second_birth_date_that_it_is_fixed(self):
        member = a_member(birth_date=None)
        users.update_profile(actor=member, birth_date="1990-12-31")
        async with a_browser(cookie_of(member)) as browser:
            form = {"birth_date": "1980-12-31"}
            said = await send(browser, MemberProfileState, "save_birth_date", form=form)
        assert "Only an administrator can correct it." in said

    async def test_signs_out_one_or_all_others(self):
        member = a_member()
        cookie, other = cookie_of(member), cookie_of(member)
        async with a_browser(cookie) as browser:
            await send(browser, MemberProfileState, "load")
            theirs = users.actor_of(token=other).session_id
            await send(browser, MemberProfileState, "choose", session_id=str(theirs))
            await send(browser, MemberProfileState, "end", _form={})
            with pytest.raises(SignInNeeded):
                users.actor_of(token=other)
            other = cookie_of(member)
            await send(browser, MemberProfileState, "end_others", _form={})
            with pytest.raises(SignInNeeded):
                users.actor_of(token=other)
        assert users.actor_of(token=cookie)

    async def test_closes_the_account_or_says_why_not(self):
        member = a_member()
        async with a_browser(cookie_of(member)) as browser:
            form = {"current_password": "wrong one"}
            said = await send(browser, MemberProfileState, "close", form=form)
            assert "close-current_password" in said
            form = {"current_password": PASSWORD}
            said = await send(browser, MemberProfileState, "close", form=form)
            assert "/sign-in" in said
        with pytest.raises(Deactivated):
            people.sign_in(mobile_of(member))


class TestLightAndDark:
    async def test_follow_a_person_to_the_next_tab(self):
        cookie = cookie_of(a_member())
        async with a_browser(cookie) as browser:
            await send(browser, LiveState, "choose_theme", theme="dark")
            said = await send(browser.use(cookie), LiveState, "enter")
            assert re.search(r"theme\w*': 'dark'", said)

    async def test_of_nobody_are_forgotten(self):
        async with a_browser() as browser:
            said = await send(browser, LiveState, "choose_theme", theme="dark")
            assert browser.failures == []
            assert "dark" not in said

    async def test_are_words_of_a_list(self):
        member = a_member()
        async with a_browser(cookie_of(member)) as browser:
            await send(browser, LiveState, "choose_theme", theme="red; }")
        assert queries.theme_of(actor=member) == "system"


@pytest.mark.parametrize(
    ("page", "make"), [(ManageProfileState, a_manager), (AdminProfileState, an_admin)]
)
class TestTwoSteps:
    async def test_are_switched_on_renewed_and_off(self, page, make):
        actor = make()
        async with a_browser(cookie_of(actor)) as browser:
            said = await send(browser, page, "begin_factor", form={"current_password": "no"})
            assert "factor-on-current_password" in said
            said = await send(browser, page, "begin_factor", form={"current_password": PASSWORD})
            secret = stored_secret(actor)
            assert secret in said
            said = await send(browser, page, "confirm_factor", form={"code": "000000"})
            assert "factor-on-code" in said
            form = {"code": code_now(secret, ahead=-1)}
            said = await send(browser, page, "confirm_factor", form=form)
            codes = re.findall(r"'([2-9A-Z]{5}-[2-9A-Z]{5})'", said)
            assert len(set(codes)) == 10
            assert secret not in said
            said = await send(browser, page, "renew_codes", form={"code": code_now(secret)})
            renewed = re.findall(r"'([2-9A-Z]{5}-[2-9A-Z]{5})'", said)
            assert not set(renewed) & set(codes)
            said = await send(browser, page, "forget_codes")
            assert renewed[0] not in said
            form = {"current_password": PASSWORD, "code": codes[0]}
            assert "factor-off-code" in await send(browser, page, "stop_factor", form=form)
            await send(browser, page, "stop_factor", form=form | {"code": renewed[0]})
        assert not queries.profile(actor=actor).has_second_factor

    async def test_a_secret_that_is_not_wanted_leaves_the_screen(self, page, make):
        actor = make()
        async with a_browser(cookie_of(actor)) as browser:
            await send(browser, page, "begin_factor", form={"current_password": PASSWORD})
            said = await send(browser, page, "forget_setup")
            assert stored_secret(actor) not in said


class TestALostPhone:
    async def test_is_helped_on_the_page_of_organisers(self):
        manager, admin = a_manager(), an_admin()
        with_factor(manager)
        async with a_browser(cookie_of(admin)) as browser:
            await send(browser, AdminState, "load")
            await send(browser, AdminState, "ask_removal", user_id=str(manager.user_id))
            said = await send(browser, AdminState, "remove_factor", _form={})
            assert "signs in with the password alone now" in said
        assert people.sign_in(mobile_of(manager))


class TestThePageForTheCode:
    async def test_sends_who_has_no_password_back(self):
        async with a_browser() as browser:
            await send(browser, SignInCodeState, "load")
            root = await state_of(browser, SignInCodeState)
        assert (root.is_ready, root.is_asked) == (True, False)

    async def test_leads_on_who_is_signed_in(self):
        manager = a_manager()
        _, codes = with_factor(manager)
        token = complete(challenge_of(manager), codes[0]).token
        async with a_browser(token) as browser:
            assert "/manage" in await send(browser, SignInCodeState, "load")


async def state_of(browser, kind):
    import reflex as rx  # noqa: PLC0415 - as the framework names a tab

    root = await browser.states.get_state(rx.BaseStateToken(ident=browser.token, cls=kind))
    return await root.get_state(kind)


def test_a_session_is_listed_with_its_age():
    member = a_member()
    later = clock.now() + timedelta(hours=2)
    assert read_own(member, later).sessions[0].detail.startswith("127.0.0.1 · ")
