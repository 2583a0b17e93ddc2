"""Where this console lives, for links that leave it."""

from django.conf import settings


def absolute(path: str) -> str:
    return settings.BASE_URL + path
