"""Pages of accounts: what they say, and that whoever is signed out elsewhere is sent away."""

import pytest

from luckychit import wiring
from luckychit.core import flash
from luckychit.domain.notify import queries as notify
from luckychit.domain.users import service as users
from luckychit.jobs import mail as job
from luckychit.ui import live, session, sockets
from luckychit.ui.live import LiveState
from luckychit.ui.pages.demo_mail.state import DemoMailState
from luckychit.ui.pages.member_home.state import MemberHomeState
from luckychit.ui.pages.reset.state import ResetState
from luckychit.ui.pages.reset_new.state import ResetNewState
from luckychit.ui.pages.sign_in.state import SignInState
from luckychit.ui.pages.sign_up.state import SignUpState
from luckychit.ui.pages.verify_email.state import VerifyEmailState
from tests.domain.test_mail_outbox import LIVE, Server
from tests.helpers import people
from tests.helpers.circle import with_setting
from tests.helpers.events import Namespace, a_browser, full_name, order
from tests.helpers.letters import EMAIL, received, sign_up
from tests.helpers.people import PASSWORD, a_manager, a_member, an_admin, mobile_of, with_password

ENTER, REFRESH = full_name(LiveState, "enter"), full_name(LiveState, "refresh")
HOME_LOAD = full_name(MemberHomeState, "load")
NEW = "a red kite over hills"
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def socket(monkeypatch):
    made = Namespace()
    monkeypatch.setattr(sockets, "namespace", lambda: made)
    return made


@pytest.fixture
def tell(monkeypatch):
    """Let the next page loaded have been told this by a form."""

    def say(**said):
        value = flash.sealed(said)
        of_page = flash.read
        monkeypatch.setattr(flash, "read", lambda _: of_page(f'{flash.cookie()}="{value}"'))

    return say


async def load(state, cookie=None, route="/x", **params):
    async with a_browser(cookie) as browser:
        said = await browser.send(full_name(state, "load"), route=route, **params)
        assert browser.failures == []
    return said


def ways_to_end(actor):
    """Everything that ends sessions, and what is done to do it."""
    admin = an_admin()

    def change():
        users.change_password(actor=actor, current_password=PASSWORD, new_password=NEW)

    def reset():
        users.ask_reset(email=EMAIL, address=people.HOME)
        users.reset_password(token=received()[-1].token, new_password=NEW)

    def revoke():
        for one in users.list_sessions(actor=actor):
            if not one.is_current:
                users.revoke_session(actor=actor, session_id=one.id)

    return {
        "change": change,
        "reset": reset,
        "revoke": revoke,
        "deactivate": lambda: users.deactivate(actor=admin, user_id=actor.user_id),
        "renew": lambda: users.renew_one_time_password(actor=admin, user_id=actor.user_id),
    }


TO_SIGN_IN = order("through", "/sign-in")


class TestAPageWhoseSessionEnded:
    @pytest.mark.parametrize("way", ["change", "reset", "revoke", "deactivate", "renew"])
    async def test_hears_of_it_and_leads_to_the_sign_in(self, way):
        actor = sign_up().actor
        cookie = people.sign_in(EMAIL).token
        end = ways_to_end(actor)[way]
        async with a_browser(cookie) as browser:
            await browser.send(ENTER, route="/app")
            mark = notify.horizon()
            end()
            (item,) = notify.published_since(mark)[0]
            live.remember([item])
            assert item.kind == "sessions_ended"
            assert live.rooms_of(item) == {f"user:{actor.user_id}"}
            said = await browser.send(REFRESH, {"ids": [item.id]}, route="/app")
        assert TO_SIGN_IN in said
        assert "toast" not in said

    async def test_leads_away_after_a_sign_out_in_another_window(self):
        token = sign_up().token
        mark = notify.horizon()
        users.sign_out(token=token)
        users.sign_out(token=token)
        assert [item.kind for item in notify.published_since(mark)[0]] == ["sessions_ended"]

    async def test_leaves_the_one_that_changed_the_password_alone(self):
        made = sign_up()
        people.sign_in(EMAIL)
        mark = notify.horizon()
        users.change_password(actor=made.actor, current_password=PASSWORD, new_password=NEW)
        (item,) = notify.published_since(mark)[0]
        live.remember([item])
        async with a_browser(made.token) as browser:
            said = await browser.send(REFRESH, {"ids": [item.id]}, route="/app")
            home = await browser.send(HOME_LOAD, route="/app")
        assert TO_SIGN_IN not in said
        assert "toast" not in said
        assert "essions ended" not in said + home
        assert notify.recent_for(actor=made.actor, group_ids=[], limit=10) == []

    async def test_would_stay_if_it_were_not_asked_again(self, monkeypatch):
        """The negative control: a page that trusts what it once knew shows on."""
        made = sign_up()

        async def trusting(*_, **__):
            return made.actor

        monkeypatch.setattr(session, "actor", trusting)
        monkeypatch.setattr(session, "visitor", trusting)
        users.sign_out(token=made.token)
        async with a_browser(made.token) as browser:
            said = await browser.send(REFRESH, {"ids": []}, route="/app")
        assert TO_SIGN_IN not in said

    async def test_does_not_bother_a_manager_with_members_sessions(self):
        manager = a_manager()
        member = with_password(a_member(manager))
        people.sign_in(mobile_of(member))
        mark = notify.horizon()
        users.renew_one_time_password(actor=an_admin(), user_id=member.user_id)
        (item,) = notify.published_since(mark)[0]
        assert live.rooms_of(item) == {f"user:{member.user_id}"}


class TestTheSignUp:
    async def test_says_what_was_wrong_beside_its_field(self, tell):
        tell(at="/sign-up", why="wrong", wrong_password="Too short.", email="e@x.example")
        said = await load(SignUpState)
        assert "Too short." in said
        assert "e@x.example" in said

    async def test_says_which_name_is_taken(self, tell):
        tell(at="/sign-up", why="taken", what="mobile number", by="mobile")
        said = await load(SignUpState)
        assert "'mobile_number': 'Another account has this already.'" in said

    async def test_leads_on_who_has_an_account(self):
        assert "/app" in await load(SignUpState, sign_up().token)

    @pytest.mark.parametrize("by", ["mobile", "email", None, {"a": 1}, "<b>"])
    async def test_survives_any_choice(self, by):
        async with a_browser() as browser:
            await browser.send(full_name(SignUpState, "choose"), {"by": by})
            assert browser.failures == []

    @pytest.mark.parametrize("state", [SignInState, ResetState, ResetNewState, VerifyEmailState])
    async def test_keeps_its_words_from_other_pages(self, tell, state):
        tell(at="/sign-up", why="wait", wait="90", email="typed@x.example")
        said = await load(state)
        assert "Please wait" not in said
        assert "typed@x.example" not in said


class TestALostPassword:
    async def test_says_that_a_letter_is_on_its_way(self, tell):
        tell(at="/reset", why="sent", email=EMAIL)
        said = await load(ResetState)
        assert EMAIL in said
        assert "is_sent_rx_state_': True" in said

    async def test_brings_the_secret_from_the_address_to_the_form(self):
        said = await load(ResetNewState, route="/reset/new", token="t" * 43)
        assert "t" * 43 in said

    async def test_is_done_and_said_at_the_sign_in(self, tell):
        tell(at="/sign-in", why="reset")
        assert "Your new password is set." in await load(SignInState)


class TestConfirming:
    async def test_uses_nothing_up_by_looking(self):
        sign_up()
        token = received()[0].token
        said = await load(VerifyEmailState, route="/verify-email", token=token)
        assert token in said
        users.verify_email(token=token)

    async def test_says_that_the_link_is_dead(self, tell):
        tell(at="/verify-email", why="link")
        assert "no longer works" in await load(VerifyEmailState)

    async def test_is_asked_for_on_the_first_page_until_it_is_done(self):
        token = sign_up().token
        assert f"unverified_email_rx_state_': '{EMAIL}'" in await load(MemberHomeState, token)
        async with a_browser(token) as browser:
            said = await browser.send(full_name(MemberHomeState, "send_again"), route="/app")
            assert f"on its way to {EMAIL}" in said
            users.verify_email(token=received()[-1].token)
            said = await browser.send(full_name(MemberHomeState, "send_again"), route="/app")
        assert "Your address is confirmed." in said
        assert [letter.kind for letter in received()] == ["welcome", "verify_email"]
        assert f"'{EMAIL}'" not in await load(MemberHomeState, token)


class TestTheMailOfTheDemo:
    async def test_shows_letters_with_a_link_that_works(self):
        sign_up()
        said = await load(DemoMailState)
        assert "Welcome to LuckyChit" in said
        assert f"href='/verify-email?token={received()[0].token}'" in said
        assert "button='Confirm my address'" in said

    async def test_shows_letters_in_any_language(self):
        sign_up(language="hi")
        said = await load(DemoMailState)
        assert "button='पते की पुष्टि करें'" in said

    async def test_does_not_exist_in_live_mode(self, monkeypatch):
        sign_up()
        with with_setting(monkeypatch, **LIVE):
            said = await load(DemoMailState)
        assert "missing_rx_state_': True" in said
        assert EMAIL not in said


class TestLiveModeWithoutAMailServer:
    async def test_promises_no_letter(self, monkeypatch):
        token = sign_up().token
        with with_setting(monkeypatch, **LIVE):
            assert "can_send_rx_state_': False" in await load(ResetState)
            async with a_browser(token) as browser:
                monkeypatch.setattr(session, "token_of", lambda _: token)
                home = await browser.send(HOME_LOAD, route="/app")
                assert browser.failures == []
        assert EMAIL not in home

    async def test_and_with_one_does(self, monkeypatch):
        with with_setting(monkeypatch, **LIVE, SMTP_HOST="mail.example"):
            assert "can_send_rx_state_': False" not in await load(ResetState)


class TestTheJobThatSends:
    @pytest.fixture(autouse=True)
    def no_server(self, monkeypatch):
        yield
        wiring.use_mail_sender(None)
        monkeypatch.setattr(job, "_is_warned", False)

    def test_sends_what_waits(self):
        sign_up()
        server = Server()
        wiring.use_mail_sender(server)
        job.send_letters()
        assert [letter.to_address for letter in server.taken] == [EMAIL]

    def test_does_nothing_in_a_demo_without_a_server(self):
        sign_up()
        assert wiring.mail_sender() is None
        job.send_letters()
        assert len(received()) == 1

    def test_says_once_that_live_mode_has_no_server(self, monkeypatch, capsys):
        told = []
        monkeypatch.setattr(job._log, "warning", lambda event, **_: told.append(event))
        with with_setting(monkeypatch, **LIVE):
            job.send_letters()
            job.send_letters()
        assert told == ["no_mail_server"]

    def test_takes_the_server_of_the_settings(self, monkeypatch):
        with with_setting(monkeypatch, SMTP_HOST="127.0.0.1", SMTP_SECURITY="none"):
            sender = wiring.mail_sender()
        assert sender is not None
        assert sender._from_address == "LuckyChit <no-reply@localhost>"
