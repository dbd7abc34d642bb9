"""Jobs of the proofs."""

from luckychit import wiring
from luckychit.domain.fairness import service


def fetch_beacons() -> None:
    """Fetch the public random numbers that frozen draws are waiting for."""
    service.fetch_beacons(source=wiring.beacon_source())
