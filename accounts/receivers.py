"""What the audit keeps of signing in and out. What was typed is never kept: not the password, nor an address
nobody here has."""

from allauth.account import signals as allauth_signals
from django.contrib.auth import signals
from django.dispatch import receiver

from accounts import clock
from accounts.actions import audit
from accounts.models import AuditAction, User


@receiver(signals.user_logged_in)
def keep_sign_in(sender, user, **kwargs):
    audit.record(action=AuditAction.SIGNED_IN, by=user, at=clock.now(), about=user)


@receiver(signals.user_logged_out)
def keep_sign_out(sender, user, **kwargs):
    if user is not None:
        audit.record(action=AuditAction.SIGNED_OUT, by=user, at=clock.now(), about=user)


@receiver(signals.user_login_failed)
def keep_failed_sign_in(sender, credentials, **kwargs):
    """Whoever typed it is not known to be the person it names, so there is no actor."""
    typed = credentials.get("email") or credentials.get("username") or ""
    known = User.objects.filter(email__iexact=typed).first() if typed and "\x00" not in typed else None
    audit.record(action=AuditAction.SIGN_IN_FAILED, by=None, at=clock.now(), about=known)


@receiver([allauth_signals.password_changed, allauth_signals.password_reset, allauth_signals.password_set])
def keep_password_change(sender, user, **kwargs):
    audit.record(action=AuditAction.PASSWORD_CHANGED, by=user, at=clock.now(), about=user)
