"""A text message over Twilio: the subject, what to answer, the link. It may be answered with the code in it."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.channels import Outgoing, Receipt, twilio

# Three parts of a text in letters that need two bytes; more is dear, and cut by some networks.
MOST_CHARACTERS = 200


def send(outgoing: Outgoing) -> Receipt:
    """Hand one text to Twilio, which reports later what became of it. Raises `TemporaryError`, `PermanentError`."""
    sender = twilio.account().sender
    return twilio.create(
        "Messages",
        {
            "To": outgoing.address,
            "MessagingServiceSid" if sender.startswith("MG") else "From": sender,
            "Body": words(outgoing),
            "StatusCallback": twilio.callback("twilio_status", outgoing.idempotency_key),
        },
    )


def words(outgoing: Outgoing) -> str:
    """What stands in the text."""
    lines = [outgoing.subject[:MOST_CHARACTERS]]
    if outgoing.reply:
        with translation.override(outgoing.language):
            lines.append(_("Reply %(code)s to acknowledge.") % {"code": outgoing.reply})
    return "\n".join([*lines, outgoing.url]).strip()
