"""Who may play at all, asked of the actor alone: no trip to the database."""

from functools import lru_cache

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.actors import Actor
from luckychit.domain.safety import rules


def admit(actor: Actor) -> None:
    """Refuse an actor who may not play: by country, by unknown age, or too young.

    Args:
        actor: Whose role was looked at already.

    Raises:
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: See ``rules.check_player``.
    """
    rules.check_player(
        birth_date=actor.birth_date,
        country=actor.country,
        blocked=_listed(settings().games_blocked_countries),
        now=clock.now(),
    )


@lru_cache(maxsize=4)
def _listed(countries: str) -> frozenset[str]:
    return frozenset(countries.split(",")) - {""}
