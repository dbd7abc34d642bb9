"""The BLS signature of the public beacon: slow (about 0.25 s), so never in a transaction."""

import hashlib
import sys
from functools import lru_cache
from typing import Any

# py_ecc lets the whole process recurse 100,000 deep when it is imported. Any nested
# JSON from a stranger would then overflow the stack and end the process; 255 is all
# that the library itself needs, so the limit is put back.
_RECURSION_LIMIT = sys.getrecursionlimit()

from py_ecc.bls.g2_primitives import subgroup_check  # noqa: E402
from py_ecc.bls.hash_to_curve import hash_to_G1  # noqa: E402
from py_ecc.bls.point_compression import decompress_G1, decompress_G2  # noqa: E402
from py_ecc.bls.typing import G1Compressed, G2Compressed  # noqa: E402
from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12  # noqa: E402
from py_ecc.optimized_bls12_381.optimized_curve import G2, neg  # noqa: E402
from py_ecc.optimized_bls12_381.optimized_pairing import (  # noqa: E402
    final_exponentiate,
    pairing,
)

sys.setrecursionlimit(_RECURSION_LIMIT)

from luckychit.domain.fairness.lcd1.params import QUICKNET  # noqa: E402

SIGNATURE_BYTES = 48
_HALF_KEY_BYTES = 48
# The library's annotation names the digest, where its code needs the constructor.
_SHA256: Any = hashlib.sha256
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def is_signed(round_number: int, signature: bytes) -> bool:
    """Tell whether drand quicknet signed a round.

    Args:
        round_number: From 1.
        signature: 48 bytes, a compressed point of G1.

    Source: drand scheme bls-unchained-g1-rfc9380: message SHA-256(u64be round), hashed to
        G1 by RFC 9380, key in G2; e(signature, g2) = e(H(message), key).
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        point = decompress_G1(G1Compressed(int.from_bytes(signature, "big")))
    except ValueError:
        return False
    # Outside the subgroup another 48 bytes would satisfy the same equation, and who
    # posts the beacon could choose among them.
    if not subgroup_check(point):
        return False
    message = hashlib.sha256(round_number.to_bytes(8, "big")).digest()
    hashed = hash_to_G1(message, _DOMAIN, _SHA256)
    left = pairing(G2, point, final_exponentiate=False)
    right = pairing(_public_key(), neg(hashed), final_exponentiate=False)
    return bool(final_exponentiate(left * right) == FQ12.one())


@lru_cache(maxsize=1)
def _public_key() -> Any:
    key = bytes.fromhex(QUICKNET.pk)
    halves = (key[:_HALF_KEY_BYTES], key[_HALF_KEY_BYTES:])
    first, second = (int.from_bytes(half, "big") for half in halves)
    return decompress_G2(G2Compressed((first, second)))
