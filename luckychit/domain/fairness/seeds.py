"""Server seeds: made from chance, kept encrypted, opened only by the operations."""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from luckychit.core.settings import settings

NONCE_BYTES = 12


def new_seed() -> str:
    """Make S: 64 hexadecimal characters from 32 bytes of chance."""
    return secrets.token_bytes(32).hex()


def closed(draw_id: str, server_seed: str) -> tuple[bytes, bytes]:
    """Encrypt a seed for its draw and return the nonce and the sealed bytes.

    The draw's number is authenticated with it, so a row copied to another draw does
    not open.

    Source: NIST SP 800-38D (AES-GCM), 96-bit random nonce, one message per draw.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(settings().secret("seed")).encrypt(
        nonce, server_seed.encode("ascii"), draw_id.encode("ascii")
    )
    return nonce, sealed


def opened(draw_id: str, nonce: bytes, sealed: bytes) -> str:
    """Decrypt the seed of a draw.

    Raises:
        cryptography.exceptions.InvalidTag: The row was changed or moved, or the secret
            of the settings is another one than when the draw was announced.
    """
    plain = AESGCM(settings().secret("seed")).decrypt(nonce, sealed, draw_id.encode("ascii"))
    return plain.decode("ascii")
