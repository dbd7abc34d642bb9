"""The relays of drand quicknet, over HTTP. What they say is checked by who asks."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from luckychit.core.log import get_logger
from luckychit.domain.fairness.lcd1.params import QUICKNET

# A round is about 250 bytes; more than this is not a round.
LARGEST_ANSWER_BYTES = 4096
TIMEOUT_S = 3.0

_log = get_logger(__name__)


class DrandRelays:
    """Asks public relays for a round, one after the other.

    The chain is pinned: its hash is part of the address, and the signature is checked
    against its key by the caller.

    Args:
        relays: Base addresses, such as ``https://api.drand.sh``, in the order to try.
        timeout_s: For connecting, and for each read; a whole answer has twice as long.

    Source: drand HTTP API, GET /<chain hash>/public/<round>.
    """

    def __init__(self, relays: Sequence[str], *, timeout_s: float = TIMEOUT_S) -> None:
        self._relays = tuple(relays)
        self._timeout_s = timeout_s

    def signatures(self, round_number: int) -> Iterator[str]:
        """Yield what each relay says the round's signature is; see BeaconSource."""
        with httpx.Client(timeout=self._timeout_s, follow_redirects=False) as client:
            for relay in self._relays:
                try:
                    answer = _small_answer(
                        client,
                        f"{relay}/{QUICKNET.chain}/public/{round_number}",
                        within_s=2 * self._timeout_s,
                    )
                    signature = _signature_in(answer, round_number)
                # RecursionError: brackets in brackets, which no round has.
                except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as exc:
                    _log.info(
                        "relay_failed", relay=relay, round=round_number, why=type(exc).__name__
                    )
                else:
                    yield signature


def _small_answer(client: httpx.Client, url: str, *, within_s: float) -> bytes:
    ends_at = time.monotonic() + within_s
    with client.stream("GET", url, headers={"accept-encoding": "identity"}) as response:
        response.raise_for_status()
        body = b""
        # Without a chunk size: each part as it arrives, so that slowness is seen.
        for part in response.iter_raw():
            body += part
            if len(body) > LARGEST_ANSWER_BYTES:
                raise ValueError("the answer is too large")
            if time.monotonic() > ends_at:
                raise ValueError("the answer takes too long")
    return body


def _signature_in(answer: bytes, round_number: int) -> str:
    said: Any = json.loads(answer)
    if not isinstance(said, dict) or said.get("round") != round_number:
        raise ValueError("the answer is not that round")
    return str(said.get("signature"))
