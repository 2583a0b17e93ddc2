"""How sign-in behaves here: nobody signs themselves up; an administrator adds people."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
