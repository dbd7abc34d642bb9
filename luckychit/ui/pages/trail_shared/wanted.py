"""Which entries were asked for, as it was typed."""

from dataclasses import dataclass
from urllib.parse import urlencode

from luckychit.domain.audit import words
from luckychit.domain.audit.queries.entries import LONGEST_SEARCH
from luckychit.domain.audit.views import TrailFilter
from luckychit.ui import days, session

KINDS = dict(words.KINDS)
# Of what a manager sees.
MANAGER_KINDS = {name: said for name, said in words.KINDS if name.startswith(("users", "chits"))}


@dataclass
class Wanted:
    """The fields of the filter."""

    kind: str = ""
    person: str = ""
    since: str = ""
    until: str = ""
    search: str = ""

    def words(self) -> str:
        """Say what is asked for; "" when nothing is left out."""
        parts = [
            KINDS.get(self.kind, ""),
            f"by or about “{self.person}”" if self.person else "",
            f"from {days.said_day(self.since)}" if self.since else "",
            f"to {days.said_day(self.until)}" if self.until else "",
            f"with “{self.search}”" if self.search else "",
        ]
        return ", ".join(filter(None, parts))

    def filter(self, zone: str) -> TrailFilter:
        """Return it as the query wants it; the last day is meant whole.

        Args:
            zone: IANA name; days begin there.
        """
        since, until = days.span(self.since, self.until, zone)
        return TrailFilter(
            action=self.kind,
            person=self.person,
            since=since,
            until=until,
            text=self.search,
        )

    def file_href(self, ending: str, zone: str) -> str:
        """Return the address of all such entries as a file: ``csv`` or ``json``."""
        found = self.filter(zone)
        asked = {
            "action": found.action,
            "person": found.person,
            "since": found.since.isoformat() if found.since else "",
            "until": found.until.isoformat() if found.until else "",
            "text": found.text,
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/api/admin/trail.{ending}" + (f"?{query}" if query else "")


def read_wanted(form: object) -> tuple[Wanted, dict[str, str]]:
    """Return what a form asks for and what is wrong with it, a sentence for each field."""
    kind = session.typed_text(form, "kind", 40)
    wanted = Wanted(
        kind=kind if kind in KINDS else "",
        person=session.typed_text(form, "person", LONGEST_SEARCH),
        since=session.typed_text(form, "since", 10),
        until=session.typed_text(form, "until", 10),
        search=session.typed_text(form, "search", LONGEST_SEARCH),
    )
    return wanted, days.problems_of(wanted.since, wanted.until)
