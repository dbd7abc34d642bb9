"""Which country a network address belongs to: the port, which an adapter fits."""

from typing import Protocol


class CountrySource(Protocol):
    """Looks up countries."""

    def country_of(self, address: str) -> str:
        """Return the country of a network address, two capitals; "" when it is not known.

        Called for every request and event: it must not wait for anything.
        """
