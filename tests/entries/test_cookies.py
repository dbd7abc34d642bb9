"""Every cookie we set, as a browser on https gets it and gives it back."""

from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
from starlette.responses import Response

from luckychit.api import auth, forms
from luckychit.core import flash
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor
from luckychit.domain.users.service import SignedIn

TOKEN = "t" * 43


@pytest.fixture
def secure(monkeypatch):
    """Serve from an address with https."""
    own = settings().model_copy(update={"public_url": "https://lucky.example"})
    for module in (auth, forms, flash):
        monkeypatch.setattr(module, "settings", lambda: own)
    return own


def set_by(*answers: Response) -> SimpleCookie:
    """Return the cookies that answers set, with their attributes."""
    said: SimpleCookie = SimpleCookie()
    for answer in answers:
        for value in answer.headers.getlist("set-cookie"):
            said.load(value)
    return said


def signed_in() -> SignedIn:
    return SignedIn(TOKEN, Actor(uuid4(), "member", "Ravi", uuid4(), must_change_password=False))


def assert_ours(cookies: SimpleCookie) -> None:
    """Check what the browser demands of the prefix, and what we demand of every cookie."""
    for name, cookie in cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"] is True
        assert cookie["httponly"] is True
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""
        assert cookie["samesite"] == "lax"


class TestOnHttps:
    def test_each_is_bound_to_this_host_and_to_secure(self, secure):
        cookies = set_by(
            forms.admit(Response(), signed_in()),
            forms.go("/sign-in", why="wrong"),
            auth._to_second_step("challenge", ""),
        )
        assert set(cookies) == {
            "__Host-lc_session",
            "__Host-lc_flash",
            "__Host-lc_second_step",
        }
        assert_ours(cookies)

    def test_each_is_taken_back_as_it_was_set(self, secure):
        """A browser keeps what is taken back without Secure."""
        cookies = set_by(forms.go("/app"), auth._admitted(signed_in(), ""))
        assert "__Host-lc_second_step" in cookies
        assert cookies["__Host-lc_flash"]["max-age"] == "0"
        assert_ours(cookies)

    def test_what_is_said_is_read_under_its_name(self, secure):
        said = forms.go("/sign-in", why="wrong").headers["set-cookie"].partition(";")[0]
        assert said.startswith("__Host-lc_flash=")
        assert flash.read(said) == {"at": "/sign-in", "why": "wrong"}


def test_without_https_they_have_plain_names():
    """The demo on this machine: no browser would take the prefix there."""
    cookies = set_by(forms.go("/sign-in", why="wrong"))
    assert list(cookies) == ["lc_flash"]
    assert cookies["lc_flash"]["secure"] == ""
