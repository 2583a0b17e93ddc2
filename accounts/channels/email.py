"""E-mail over SMTP. The idempotency key is the Message-ID, so a duplicate is recognisable as one."""

import smtplib

from django.core.mail import EmailMultiAlternatives

from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError


def send(outgoing: Outgoing) -> Receipt:
    """Hand one message to the SMTP server; its Message-ID is the provider's id. Raises `TemporaryError` when trying
    again may help (refused connection, timeout, 4xx) and `PermanentError` when it will not (5xx)."""
    message_id = f"<{outgoing.idempotency_key}@watchfloor>"
    mail = EmailMultiAlternatives(
        outgoing.subject, outgoing.text, to=[outgoing.address], headers={"Message-ID": message_id}
    )
    mail.attach_alternative(outgoing.html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise _by_code(code, words) from refused
    except smtplib.SMTPResponseException as response:
        raise _by_code(response.smtp_code, response.smtp_error) from response
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryError(type(error).__name__) from error
    return Receipt(message_id)


def _by_code(code: int, words: bytes | str) -> TemporaryError | PermanentError:
    text = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return PermanentError(text) if code >= 500 else TemporaryError(text)
