"""What a view may count on: the middleware has signed the person in and put their subject on the request."""

from django.http import HttpRequest

from accounts.models import User
from accounts.subject import Subject


class PersonRequest(HttpRequest):
    """A request from a signed-in person. `subject` is theirs at the moment it is first asked for."""

    user: User
    subject: Subject
