"""Ed25519 by PyNaCl and by nothing else: verifiers disagree on odd keys, and two of them would split the network."""

from hashlib import sha256

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError
from nacl.utils import random

from tejido.log.errors import BadSignature

EVENT = b"tejido/event/1\n"
FILE = b"tejido/file/1\n"
SIGNATURE = 64


class SigningKey:
    """A private key; `public` is its 32-byte Ed25519 public key."""

    __slots__ = ("_secret", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self.public, self._secret = crypto_sign_seed_keypair(seed)

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new random key."""
        return cls(random(32))

    def sign(self, prefix: bytes, message: bytes) -> bytes:
        """64 bytes over `prefix ‖ message`; the prefix names the type of object, so that no signature serves twice."""
        return crypto_sign(prefix + message, self._secret)[:SIGNATURE]

    def __repr__(self) -> str:
        return f"SigningKey({self.public.hex()[:8]}…)"


def verify(prefix: bytes, message: bytes, signature: bytes, public: bytes) -> None:
    """Raise `BadSignature` unless `signature` is valid; small-order keys never verify (libsodium refuses them)."""
    if len(signature) != SIGNATURE:
        raise BadSignature(f"a signature has {SIGNATURE} bytes, this one {len(signature)}")
    try:
        crypto_sign_open(signature + prefix + message, public)
    except (BadSignatureError, ValueError) as error:
        raise BadSignature("the signature does not verify under the key that the log names") from error


def digest(prefix: bytes, message: bytes) -> bytes:
    """SHA-256 over `prefix ‖ message`, 32 bytes."""
    return sha256(prefix + message).digest()
