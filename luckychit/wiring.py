"""Which adapter fits which port, by settings. Tests wire fakes here."""

from collections.abc import Iterator

from luckychit.core.settings import settings
from luckychit.domain.fairness.beacon import BeaconSource
from luckychit.integrations.drand import DrandRelays

_beacon_source: BeaconSource | None = None


class NoBeaconSource:
    """Stands where no beacon is used: knows no signature."""

    def signatures(self, round_number: int) -> Iterator[str]:  # noqa: ARG002 - the port
        """Yield nothing."""
        return iter(())


def beacon_source() -> BeaconSource:
    """Return where beacons are fetched: the relays of the settings, or a fake of a test.

    Draws committed with a beacon keep waiting for it when the setting is changed, so
    the relays are asked whatever BEACON says, as long as any are named.
    """
    if _beacon_source is not None:
        return _beacon_source
    relays = settings().drand_relays
    return DrandRelays(relays) if relays else NoBeaconSource()


def use_beacon_source(source: BeaconSource | None) -> None:
    """Replace the source of beacons (tests); None returns to the settings."""
    global _beacon_source
    _beacon_source = source
