"""The parameters a draw commits to, and the public beacon it may wait for."""

from dataclasses import dataclass
from typing import Any, Final

VERSION: Final = 1
# A round born this long after the lock is one nobody could know when the list closed.
SECONDS_FROM_LOCK_TO_ROUND: Final = 60
# A frozen list whose round has not come for this long may be called off; never sooner,
# and never once its outcome can be known: that would be drawing again until it suits.
PATIENCE_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Chain:
    """A drand network whose key is pinned here, never read from a bundle.

    Args:
        chain: Its hash, which names it.
        scheme: How its rounds are signed.
        genesis: Unix second of round 1.
        period: Seconds between rounds.
        pk: Public key, compressed G2, hexadecimal.
    """

    chain: str
    scheme: str
    genesis: int
    period: int
    pk: str

    def round_at(self, moment_ms: int) -> int:
        """Return the first round born at or after ``moment_ms``."""
        since_ms = moment_ms - self.genesis * 1000
        return max(1, -(-since_ms // (self.period * 1000)) + 1)

    def born_ms(self, round_number: int) -> int:
        """Return the moment a round (from 1) is born, in milliseconds since 1970."""
        return (self.genesis + (round_number - 1) * self.period) * 1000

    def params(self, round_number: int) -> dict[str, Any]:
        """Return the ``beacon`` parameter of a draw that waits for ``round_number``."""
        return {
            "chain": self.chain,
            "genesis": self.genesis,
            "period": self.period,
            "pk": self.pk,
            "round": round_number,
            "scheme": self.scheme,
        }


# Source: drand quicknet, /info of the network, read November 2026.
QUICKNET: Final = Chain(
    chain="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    scheme="bls-unchained-g1-rfc9380",
    genesis=1692803367,
    period=3,
    pk=(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
        "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
)
SIGNATURE_HEX_LENGTH: Final = 96
