"""Random public codes: never sequential, so that a gap in what one may see says nothing."""

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_code(prefix: str, length: int) -> str:
    """`prefix-` and `length` characters of Crockford base 32 (no I, L, O, U to misread aloud)."""
    return f"{prefix}-" + "".join(secrets.choice(CROCKFORD) for _ in range(length))
