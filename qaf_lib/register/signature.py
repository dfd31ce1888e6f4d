"""Signatures of files that councils exchange: Ed25519, with a key that follows from the vault's."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from qaf_lib.register.identity import keyed_digest

__all__ = ["is_signed", "public_key", "signature_of"]


def public_key(secret: bytes, council: str) -> str:
    """What others know a council's signatures by: 32 bytes in hexadecimal; `council` is its folder's name.

    The private key is HMAC-SHA256 of that name with the vault's key: nothing more is to be kept or lost, and
    of councils in one vault none can sign for another by mistake.

    References
    ----------
    Josefsson, S. and Liusvaara, I. (2017). Edwards-Curve Digital Signature Algorithm, RFC 8032, section 5.1.5
    (the private key is any 32 random bytes). Krawczyk, H. and Eronen, P. (2010). RFC 5869 (one key made from
    another by HMAC under a label of its own).

    Examples
    --------
    >>> public_key(bytes(32), "demonshire")[:16]
    '4bc4f4492cb94a27'
    """
    return _private(secret, council).public_key().public_bytes_raw().hex()


def signature_of(content: bytes, *, secret: bytes, council: str) -> str:
    """A council's signature of some bytes, in hexadecimal; the same bytes have the same."""
    return _private(secret, council).sign(content).hex()


def is_signed(content: bytes, *, signature: str, public: str) -> bool:
    """Whether the holder of a public key signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(secret: bytes, council: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyed_digest(secret, "signature of figures", council))
