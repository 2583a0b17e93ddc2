"""What people decide about themselves."""

from accounts.models import User


def choose_language(*, person: User, language: str) -> None:
    """Screens and messages to this person are in `language` from now on."""
    person.language = language
    person.save(update_fields=["language"])
