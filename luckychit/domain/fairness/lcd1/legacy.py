"""The first plans' own arithmetic, kept so that their numbers can still be checked.

Its last step is that of LCD1; what it lacked is a commitment that binds (docs/fairness.md).
"""

from luckychit.domain.fairness.lcd1.hashes import sha256


def circle_hash(server_seed: str, client_seed: str, nonce: int) -> str:
    """Return the circle guide's result hash: sha256(serverSeed + clientSeed + nonce)."""
    return sha256(f"{server_seed}{client_seed}{nonce}".encode("ascii")).hex()


def circle_index(result_hash: str, count: int) -> int:
    """Return the circle guide's winner, from 0: first 8 hex digits modulo the count."""
    return int(result_hash[:8], 16) % count


def daily_position(server_seed: str, count: int) -> int:
    """Return the daily plan's winner, from 1: hash(seed) modulo the count, plus one."""
    return int(sha256(server_seed.encode("ascii")).hex()[:8], 16) % count + 1
