"""What an API view may count on once its token has been read."""

from rest_framework.request import Request

from accounts.models import User
from accounts.subject import Subject


class CallerRequest(Request):
    """A request whose token is valid: its person, and their subject."""

    user: User
    subject: Subject
