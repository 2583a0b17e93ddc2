"""Every channel by the kind of contact method it serves, and which of them this installation can use."""

from collections.abc import Callable

from accounts.channels import Outgoing, Receipt, chat, email, push, sms, twilio, voice, webhook

SENDERS: dict[str, Callable[[Outgoing], Receipt]] = {
    "email": email.send,
    "sms": sms.send,
    "voice": voice.send,
    "push": push.send,
    "webhook": webhook.send,
    "chat": chat.send,
}
ONLY_WITH_TWILIO = frozenset({"sms", "voice"})


def offered() -> list[str]:
    """The kinds somebody may add here."""
    return [kind for kind in SENDERS if kind not in ONLY_WITH_TWILIO or twilio.is_set_up()]
