"""A phone call over Twilio, which says the subject three times and takes the key 1 for an answer."""

import re
from xml.sax.saxutils import escape, quoteattr

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.channels import Outgoing, PermanentError, Receipt, twilio

LANGUAGES = {"en": "en-GB", "ru": "ru-RU"}
# Letters and digits of a code, which a voice would otherwise read as a word.
CODE = re.compile(r"\b[A-Z]{1,4}-[0-9A-Z]{4,}\b|\b\d{6,8}\b")
REPEATS = 3


def send(outgoing: Outgoing) -> Receipt:
    """Have Twilio call; it reports whether somebody picked up. Raises `TemporaryError`, `PermanentError`."""
    caller = twilio.account().caller
    if not caller:
        raise PermanentError("no number to call from is set up")
    return twilio.create(
        "Calls",
        {
            "To": outgoing.address,
            "From": caller,
            "Twiml": script(outgoing),
            "Timeout": "30",
            "StatusCallback": twilio.callback("twilio_status", outgoing.idempotency_key),
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        },
    )


def script(outgoing: Outgoing) -> str:
    """What the call says, as TwiML: once more after each silence."""
    with translation.override(outgoing.language):
        asked = _("Press 1 to acknowledge.")
    said = say(f"{spelled(outgoing.subject)}. {asked if outgoing.reply else ''}", outgoing.language)
    if not outgoing.reply:
        return "<Response>" + f'{said}<Pause length="1"/>' * REPEATS + "</Response>"
    action = quoteattr(twilio.callback("twilio_voice", outgoing.idempotency_key))
    gather = f'<Gather numDigits="1" timeout="4" action={action}>{said}</Gather>'
    return f"<Response>{gather * REPEATS}</Response>"


def say(words: str, language: str) -> str:
    return f'<Say language="{LANGUAGES.get(language, "en-GB")}">{escape(words)}</Say>'


def spelled(words: str) -> str:
    """`WF-7K2` as `W F, 7 K 2`."""
    return CODE.sub(lambda found: " ".join(found[0]).replace(" - ", ", "), words)
