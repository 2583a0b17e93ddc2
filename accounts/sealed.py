"""What the database keeps of secrets that have to be used again: sealed with a key derived from SECRET_KEY, so that a
copy of the database alone opens nothing. A new SECRET_KEY opens what SECRET_KEY_FALLBACKS still names."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnopenableError(Exception):
    """Sealed under another key, or altered."""


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def opened(sealed: str) -> str:
    """What was sealed; nothing stays nothing. Raises `UnopenableError`, and never returns what it was given."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnopenableError("sealed under another SECRET_KEY") from error


def derived(purpose: bytes, *, secret_key: str | None = None) -> bytes:
    """32 bytes that follow from SECRET_KEY and the purpose alone, the same in every process."""
    key = (settings.SECRET_KEY if secret_key is None else secret_key).encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"watchfloor." + purpose).derive(key)


def _box() -> MultiFernet:
    return _box_for((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_for(secret_keys: tuple[str, ...]) -> MultiFernet:
    keys = [derived(b"sealed", secret_key=secret_key) for secret_key in secret_keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
