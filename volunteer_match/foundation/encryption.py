"""Fields encrypted at rest: AES-256-GCM, the key's id in the value, the column's name bound in."""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12
KEY_BYTES = 32


class CannotDecrypt(Exception):
    """The key is missing or wrong, or the value was changed or moved from another column."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by id. New values use `current`; old ones are readable while their key is here."""

    keys: Mapping[str, bytes]
    current: str
    index_key: bytes

    @classmethod
    def from_text(cls, text: str) -> "KeyRing":
        """Reads `id:base64[,id:base64…]`, newest first. The index key is derived from the *last* (oldest) key."""
        pairs = [part.split(":", 1) for part in text.split(",") if part.strip()]
        keys = {key_id.strip(): urlsafe_b64decode(value.strip()) for key_id, value in pairs}
        if not all(keys) or not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError("ENCRYPTION_KEYS needs id:key pairs, each key 32 bytes in URL-safe base64")
        oldest = list(keys.values())[-1]
        return cls(keys=keys, current=next(iter(keys)), index_key=hashlib.sha256(b"blind index" + oldest).digest())

    def encrypt(self, text: str, *, where: str) -> str:
        """`where` is table.column: a value moved to another column does not open."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), where.encode())
        return f"{self.current}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, value: str, *, where: str) -> str:
        """Raises CannotDecrypt rather than give back anything doubtful."""
        key_id, _, body = value.partition(".")
        try:
            raw = urlsafe_b64decode(body)
            opened = AESGCM(self.keys[key_id]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], where.encode())
        except (KeyError, ValueError, InvalidTag) as error:
            raise CannotDecrypt(where) from error
        return opened.decode()

    def fingerprint(self, text: str, *, purpose: str) -> str:
        """A keyed hash to look a value up by without storing it readable (64 hex digits)."""
        return hmac.new(self.index_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


class _Vault:
    """Holds the key ring of this process; column types have no other way to reach it."""

    ring: KeyRing | None = None


def use_key_ring(ring: KeyRing) -> None:
    """Called once by the factory."""
    _Vault.ring = ring


def key_ring() -> KeyRing:
    """The ring in use. Fails closed when there is none."""
    if _Vault.ring is None:
        raise CannotDecrypt("no keys are loaded")
    return _Vault.ring


def address_fingerprint(email: str) -> str:
    """Finds a contact person by e-mail address; case and outer spaces don't matter."""
    return key_ring().fingerprint(email.strip().casefold(), purpose="email")


class EncryptedText(TypeDecorator[str]):
    """Text that only the application can read. `where` names table.column."""

    impl = Text
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().encrypt(value, where=self.where)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().decrypt(value, where=self.where)
