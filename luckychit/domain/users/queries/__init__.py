"""Reads about people: the own account, names for other slices, and all people for admins."""

from luckychit.domain.users.queries.accounts import (
    ManagerView,
    PersonView,
    ProfileView,
    managers,
    members_by_mobile,
    names_of,
    own_member,
    profile,
    shown_name,
    shown_names,
    theme_of,
    unverified_email,
)
from luckychit.domain.users.queries.people import (
    PEOPLE_PAGE,
    PeoplePage,
    PersonFacts,
    PersonRow,
    people_page,
    person,
)

__all__ = [
    "PEOPLE_PAGE",
    "ManagerView",
    "PeoplePage",
    "PersonFacts",
    "PersonRow",
    "PersonView",
    "ProfileView",
    "managers",
    "members_by_mobile",
    "names_of",
    "own_member",
    "people_page",
    "person",
    "profile",
    "shown_name",
    "shown_names",
    "theme_of",
    "unverified_email",
]
