"""Walks every registered event handler as nobody, stranger, member and another manager.

Every public method of a state is a door that anyone can knock at, with anything in
hand. Pages added later are covered by themselves: who may enter is read from the list
of pages, and whatever is not public must refuse.
"""

import inspect
from typing import Any, get_type_hints

import pytest
from sqlalchemy import text

from luckychit.core import errors
from luckychit.ui import live, routes, session, sockets
from tests.helpers import people
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.events import Browser, Namespace, a_browser, handlers
from tests.helpers.people import a_manager, a_member, mobile_of, with_password

# Doors that are open on purpose; they tell each visitor only what that visitor may know.
PUBLIC = {"LiveState.visit", "LiveState.refresh", "LiveState.choose_theme", "DailyPot.load"}
SECRETS = ("Lakshmi Circle", "Member 1", "Member 2", "Member 3")
WATCHED = ("payments", "group_members", "dues", "monthly_draws", "prize_payouts", "transactions")
REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)


def who_may(name: str, handler: Any) -> str:
    """Return the role of the page that the handler's state belongs to."""
    module = handler.states[0].__module__
    if module in {"luckychit.ui.live", "luckychit.ui.pots"}:
        return "public" if short(name) in PUBLIC else "anyone"
    folder = module.split(".")[3]
    roles = {spec.who for spec in routes.PAGES if spec.page.__module__.split(".")[3:4] == [folder]}
    if not roles and folder.startswith(("manage_", "member_")):
        return folder.partition("_")[0].replace("manage", "manager")
    assert len(roles) == 1, f"{module} belongs to no one page: {roles}"
    return roles.pop()


def short(name: str) -> str:
    state, _, handler = name.rpartition(".")
    known = handlers()[name].states[0].__name__
    return f"{known}.{handler}" if state else name


def doors() -> dict[str, tuple[str, Any]]:
    """Every handler of ours with who may use it; the framework's setvar is tested apart."""
    return {
        name: (who_may(name, found), found)
        for name, found in handlers().items()
        if not name.endswith(".setvar")
    }


class World:
    """A manager's running circle, with a payment and a finished draw; and others outside."""

    def __init__(self) -> None:
        self.circle = a_circle(3)
        self.circle.pay_all()
        self.draw = self.circle.draw_now()
        self.payment = self.circle.pay(1, 1000)
        self.group_id = str(self.circle.group_id)

    def payload(self, handler: Any) -> dict[str, Any]:
        """Fill every argument with something of the circle, as an attacker would."""
        fn = handler.handler.fn
        hints = get_type_hints(fn)
        names = [name for name in inspect.signature(fn).parameters if name != "self"]
        return {name: self.value(name, hints.get(name)) for name in names}

    def value(self, name: str, hint: Any) -> Any:
        known = {
            "group_id": self.group_id,
            "seat_id": str(self.circle.seats[0]),
            "payment_id": str(self.payment.payment_id),
            "user_id": str(self.circle.members[0].user_id),
            "draw_id": str(self.draw.monthly_draw_id),
            "monthly_draw_id": str(self.draw.monthly_draw_id),
        }
        form = {
            **known,
            "key": "attack",
            "amount": "10",
            "seat_number": "1",
            "seat": "1",
            "method": "cash",
            "reason": "attack",
            "phrase": "attack",
            "full_name": "Mallory",
            "mobile_number": "9876500000",
            "pasted": "Mallory, 9876500000",
        }
        if hint is int:
            return 1
        if hint is bool:
            return True
        if hint is str or hint is None:
            return known.get(name, self.group_id)
        return form if "dict" in str(hint) else [1]

    def rows(self, db: Any) -> dict[str, int]:
        with db.owner.connect() as connection:
            return {
                table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in WATCHED
            }


@pytest.fixture
def world(db, monkeypatch):
    monkeypatch.setattr(sockets, "namespace", Namespace)
    with clock_at():
        yield World()


async def knock(browser: Browser, name: str, handler: Any, world: World) -> str:
    """Call a handler on a page about the circle, with the circle's own numbers."""
    return await browser.send(
        name,
        world.payload(handler),
        route="/somewhere/[group_id]/[draw_id]",
        group_id=world.group_id,
        draw_id=world.draw.draw_id,
    )


def token_of(person: Any) -> str:
    return people.sign_in(mobile_of(with_password(person))).token


async def walk(db, world: World, cookie: str | None, allowed: set[str]) -> list[str]:
    """Knock at every door; return what is wrong, one line each."""
    wrong: list[str] = []
    before = world.rows(db)
    async with a_browser() as first:
        for name, (who, handler) in sorted(doors().items()):
            browser = first.use(cookie)
            said = await knock(browser, name, handler, world)
            if who not in allowed and not any(isinstance(f, REFUSALS) for f in first.failures):
                wrong.append(f"{short(name)} did not refuse: {first.failures}")
            bugs = [f for f in first.failures if not isinstance(f, errors.LuckyChitError)]
            bugs += [f for f in first.failures if isinstance(f, errors.InvariantBroken)]
            wrong.extend(f"{short(name)} broke: {bug!r}" for bug in bugs)
            wrong.extend(f"{short(name)} told {secret}" for secret in SECRETS if secret in said)
    if world.rows(db) != before:
        wrong.append(f"rows changed: {before} -> {world.rows(db)}")
    return wrong


class TestEveryHandler:
    async def test_refuses_nobody(self, db, world):
        assert await walk(db, world, None, {"public"}) == []

    async def test_refuses_a_forged_session(self, db, world):
        assert await walk(db, world, "0" * 43, {"public"}) == []

    async def test_tells_a_stranger_nothing(self, db, world):
        stranger = token_of(a_member(full_name="Sita Stranger"))
        assert await walk(db, world, stranger, {"public", "anyone", "member"}) == []

    async def test_lets_a_member_manage_nothing(self, db, world, monkeypatch):
        member = token_of(world.circle.members[0])
        monkeypatch.setattr("tests.entries.test_every_handler.SECRETS", ("Member 2", "Member 3"))
        allowed = {"public", "anyone", "member"}
        wrong = await walk(db, world, member, allowed)
        # The member's own pages name the circle's seats; what managers see stays shut.
        assert [line for line in wrong if not is_own_page(line)] == []

    async def test_tells_another_manager_nothing(self, db, world):
        other = token_of(a_manager(full_name="Omar Other"))
        assert await walk(db, world, other, {"public", "anyone", "manager"}) == []

    async def test_would_notice_doors_without_a_lock(self, db, world, monkeypatch):
        """The negative control: with a check that lets everyone in, the walk complains."""

        async def anyone(*_: Any, **__: Any) -> Any:
            return world.circle.manager

        monkeypatch.setattr(session, "actor", anyone)
        wrong = await walk(db, world, None, {"public"})
        assert any("did not refuse" in line for line in wrong)
        assert any("told Lakshmi Circle" in line for line in wrong)


def is_own_page(line: str) -> bool:
    pages = [spec for spec in routes.PAGES if spec.who == "member"]
    # A draw's public page names its winner to the members of that circle.
    own = {"DrawState"} | {
        load.fn.__qualname__.partition(".")[0] for spec in pages for load in spec.loads
    }
    return line.partition(".")[0] in own and " told " in line


class TestTheFrameworksOwnSetter:
    @pytest.mark.usefixtures("world")
    async def test_sets_no_variable_of_ours(self):
        name = f"{live.LiveState.get_full_name()}.setvar"
        async with a_browser() as browser:
            said = await browser.send(name, {"var_name": "role", "value": "admin"})
            assert browser.failures
            assert "'admin'" not in said


class TestRolesOfPages:
    def test_are_known_words(self):
        assert {spec.who for spec in routes.PAGES} <= {
            "public",
            "anyone",
            "admin",
            "manager",
            "member",
        }

    def test_of_handlers_are_checked_in_code_not_by_the_route(self):
        """Only underscore names are private, so nothing but handlers may be public."""
        for found in handlers().values():
            fn = found.handler.fn
            name = getattr(fn, "__qualname__", "")
            is_framework = fn.__module__.startswith("reflex")
            assert is_framework or inspect.iscoroutinefunction(fn), f"{name} runs on the loop"

    async def test_reject_ids_that_are_none(self):
        with pytest.raises(errors.NotFound):
            session.as_id({"not": "an id"})
