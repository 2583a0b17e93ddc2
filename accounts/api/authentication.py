"""Who calls the API: the person a bearer token belongs to."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts import clock
from accounts.models import ApiToken


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <token>`. Unknown, expired, revoked and deactivated get one answer."""

    def authenticate(self, request):
        kind, _, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        at = clock.now()
        token = ApiToken.objects.for_secret(secret.strip().decode("latin-1"), at=at)
        if token is None:
            raise AuthenticationFailed(
                "The token is not valid. Check it, or ask an administrator for a new one."
            )
        request._request.subject = token.person.subject(at=at)
        return token.person, token

    def authenticate_header(self, request):
        return 'Bearer realm="watchfloor"'


class BearerScheme(OpenApiAuthenticationExtension):
    """The same, for the schema."""

    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token of yours, from your account."}
