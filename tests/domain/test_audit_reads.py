"""Who may read what of the trail, and how it is searched."""

from datetime import timedelta

import pytest

from luckychit.core import clock, context
from luckychit.core.errors import InvalidInput, NotAllowed, SignInNeeded
from luckychit.domain.audit import queries, service
from luckychit.domain.audit.queries import entries as entry_reads
from luckychit.domain.audit.views import TrailFilter
from tests.helpers.people import a_manager, a_member, an_admin
from tests.helpers.trail import note, trail

EVERYTHING = TrailFilter()


@pytest.fixture
def people(db):
    assert db
    return {
        "admin": an_admin(full_name="Asha Admin"),
        "meera": a_manager(full_name="Meera Menon"),
        "other": a_manager(full_name="Omar Other"),
        "ravi": a_member(full_name="Ravi Rao"),
        "sita": a_member(full_name="Sita Sen"),
    }


def paid(manager, member, **facts):
    note(
        manager,
        "chits.payment_recorded",
        subject=("payment", "p"),
        owner_id=member.user_id,
        manager_id=manager.user_id,
        **facts,
    )


def texts(page) -> list[tuple[str, str]]:
    return [(item.actor_name, item.owner_name) for item in page.items]


class TestSearch:
    def test_shows_names_newest_first_with_their_seals(self, people):
        paid(people["meera"], people["ravi"])
        service.seal()
        note(None, "lottery.day_opened", draw_id="DDL-20261121")
        newest, first = queries.search(actor=people["admin"], wanted=EVERYTHING).items
        assert (newest.actor_name, newest.actor_role, newest.is_sealed) == ("", "system", False)
        assert (first.actor_name, first.owner_name) == ("Meera Menon", "Ravi Rao")
        assert (first.manager_name, first.seq, len(first.seal)) == ("Meera Menon", 1, 64)

    def test_pages_never_skip_or_repeat(self, people):
        for number in range(7):
            note(people["meera"], number=number)
        seen, before = [], None
        while True:
            page = queries.search(actor=people["admin"], wanted=EVERYTHING, before=before, limit=3)
            seen += [item.facts["number"] for item in page.items]
            note(people["meera"], number=99)  # comes in front and changes no page
            before = page.before
            if before is None:
                break
        assert seen == [6, 5, 4, 3, 2, 1, 0]

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({"action": "chits."}, 2),
            ({"action": "chits.payment_recorded"}, 2),
            ({"action": "its."}, 0),
            ({"person": "meera"}, 1),
            ({"person": "RAVI"}, 3),
            ({"person": "nobody"}, 0),
            ({"subject_kind": "payment"}, 2),
            ({"subject_kind": "payment", "subject_id": "p"}, 2),
            ({"subject_kind": "payment", "subject_id": "q"}, 0),
            ({"text": "lakshmi"}, 1),
            ({"text": "203.0.113.9"}, 1),
            ({"text": "req-42"}, 1),
            ({"text": "%"}, 0),
            ({"text": "  lakshmi "}, 1),
        ],
    )
    def test_finds_by(self, people, wanted, found):
        paid(people["meera"], people["ravi"], group="Lakshmi")
        paid(people["other"], people["ravi"])
        with context.at_work(context.Context("req-42", "203.0.113.9")):
            note(people["ravi"])
        assert len(trail(**wanted)) == found

    def test_finds_by_an_id_and_by_time(self, people):
        note(people["ravi"], now=clock.now() - timedelta(days=2))
        note(people["ravi"])
        note(people["sita"])
        assert len(trail(person=str(people["ravi"].user_id))) == 2
        yesterday = clock.now() - timedelta(days=1)
        assert len(trail(since=yesterday)) == 2
        assert len(trail(until=yesterday)) == 1

    @pytest.mark.parametrize("field", ["text", "person", "action", "subject_id"])
    def test_refuses_what_is_too_long_or_no_text(self, people, field):
        for typed in ("x" * 81, "a\0b"):
            with pytest.raises(InvalidInput):
                queries.search(actor=people["admin"], wanted=TrailFilter(**{field: typed}))

    def test_is_for_admins(self, people):
        for name in ("meera", "ravi"):
            for ask in (queries.search, queries.all_entries):
                with pytest.raises(NotAllowed):
                    ask(actor=people[name], wanted=EVERYTHING)
        with pytest.raises(SignInNeeded):
            queries.search(actor=None, wanted=EVERYTHING)

    def test_all_entries_come_in_portions(self, people, monkeypatch):
        monkeypatch.setattr(entry_reads, "ENTRIES_PER_READ", 2)
        for number in range(5):
            note(people["meera"], number=number)
        found = queries.all_entries(actor=people["admin"], wanted=EVERYTHING)
        assert [item.facts["number"] for item in found] == [4, 3, 2, 1, 0]


class TestOwn:
    def test_is_what_was_done_by_me_and_to_me(self, people):
        paid(people["meera"], people["ravi"])
        paid(people["meera"], people["sita"])
        note(people["ravi"])
        note(None, "lottery.day_opened")
        assert texts(queries.own(actor=people["ravi"])) == [
            ("Ravi Rao", ""),
            ("Meera Menon", "Ravi Rao"),
        ]
        assert len(queries.own(actor=people["meera"]).items) == 2
        assert queries.own(actor=people["other"]).items == ()
        only = TrailFilter(action="users.")
        assert texts(queries.own(actor=people["ravi"], wanted=only)) == [("Ravi Rao", "")]
        with pytest.raises(SignInNeeded):
            queries.own(actor=None)

    def test_tells_nobody_where_somebody_else_was(self, people):
        with context.at_work(context.Context("req-1", "203.0.113.9")):
            paid(people["meera"], people["ravi"])
            note(people["ravi"])
        mine, theirs = queries.own(actor=people["ravi"]).items
        assert (mine.address, mine.request_id) == ("203.0.113.9", "req-1")
        assert (theirs.address, theirs.request_id) == ("", "")
        # Nor can it be asked by searching for it.
        found = queries.own(actor=people["ravi"], wanted=TrailFilter(text="203.0.113.9"))
        assert found.items == ()

    def test_is_never_another_persons_by_any_filter(self, people):
        paid(people["meera"], people["sita"])
        for wanted in (
            TrailFilter(person="Sita"),
            TrailFilter(person=str(people["sita"].user_id)),
            TrailFilter(subject_kind="payment", subject_id="p"),
            TrailFilter(action="chits."),
        ):
            assert queries.own(actor=people["ravi"], wanted=wanted).items == ()


class TestOfCircles:
    def test_is_the_managers_circles_and_account(self, people):
        paid(people["meera"], people["ravi"])
        paid(people["other"], people["sita"])
        note(
            people["ravi"],
            "chits.payout_confirmed",
            owner_id=people["ravi"].user_id,
            manager_id=people["meera"].user_id,
        )
        note(people["admin"], "users.one_time_password_renewed", owner_id=people["meera"].user_id)
        note(people["ravi"])
        found = queries.of_circles(actor=people["meera"], wanted=EVERYTHING)
        assert texts(found) == [
            ("Asha Admin", "Meera Menon"),
            ("Ravi Rao", "Ravi Rao"),
            ("Meera Menon", "Ravi Rao"),
        ]

    def test_never_tells_another_managers_or_a_members_address(self, people):
        with context.at_work(context.Context("req-1", "203.0.113.9")):
            paid(people["other"], people["sita"])
            note(
                people["ravi"],
                "chits.payout_confirmed",
                owner_id=people["ravi"].user_id,
                manager_id=people["meera"].user_id,
            )
        found = queries.of_circles(actor=people["meera"], wanted=TrailFilter(person="sita"))
        assert found.items == ()
        (confirmed,) = queries.of_circles(actor=people["meera"], wanted=EVERYTHING).items
        assert (confirmed.address, confirmed.request_id) == ("", "")

    def test_is_for_managers(self, people):
        for name in ("ravi", "admin"):
            with pytest.raises(NotAllowed):
                queries.of_circles(actor=people[name], wanted=EVERYTHING)
        with pytest.raises(SignInNeeded):
            queries.of_circles(actor=None, wanted=EVERYTHING)
