"""Random public codes: never sequential, so that a gap in what one may see says nothing."""

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


# What people write for a character that looks or sounds like it.
MISREAD = str.maketrans("ILO", "110")


def as_written(code: str) -> str:
    """The code somebody meant, however they typed it: spaces, small letters, I or L for 1, O for 0."""
    prefix, dash, rest = code.strip().upper().partition("-")
    return prefix + dash + rest.translate(MISREAD)


def random_code(prefix: str, length: int) -> str:
    """`prefix-` and `length` characters of Crockford base 32 (no I, L, O, U to misread aloud)."""
    return f"{prefix}-" + "".join(secrets.choice(CROCKFORD) for _ in range(length))
