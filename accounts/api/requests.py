"""What an API view may count on once its token has been read."""

from rest_framework.request import Request

from accounts.api.serializers import NothingSerializer
from accounts.models import User
from accounts.subject import Subject


class CallerRequest(Request):
    """A request whose token is valid: its person, and their subject."""

    user: User
    subject: Subject


def nothing_asked(request: Request) -> None:
    """For a verb that takes nothing. Raises `ValidationError` for a field: it must not look heeded."""
    NothingSerializer(data=request.data).is_valid(raise_exception=True)
