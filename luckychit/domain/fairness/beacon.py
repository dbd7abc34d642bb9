"""The port of public randomness: where the signatures of rounds are fetched."""

from collections.abc import Iterator
from typing import Protocol


class BeaconSource(Protocol):
    """Somewhere the signature of a round can be asked for; nothing it says is trusted."""

    def signatures(self, round_number: int) -> Iterator[str]:
        """Yield what each relay says the round's signature is, in the order to try them.

        The caller checks each and stops at the first that the network really signed,
        so a relay that lies only costs time. A relay that fails is skipped.

        Args:
            round_number: From 1.
        """
        ...
