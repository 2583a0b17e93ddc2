"""How sign-in behaves here: nobody signs themselves up; an administrator adds people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import translation


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_password_reset_mail(self, user, email, context):
        """In their own language. Whoever never had a password did not ask for a new one: they are told of their
        account instead."""
        with translation.override(user.language):
            if user.has_usable_password():
                return super().send_password_reset_mail(user, email, context)
            return self.send_mail("account/email/invitation", email, context)
