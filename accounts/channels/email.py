"""E-mail over SMTP, on connections that are kept while there is more to send. The idempotency key is the Message-ID, so
a duplicate is recognisable as one."""

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts.channels import Outgoing, PermanentError, Receipt, TemporaryError

# Servers hang up on who says nothing for longer, and on who never stops.
KEEP_SECONDS = 10.0
MOST_MAILS = 100


def send(outgoing: Outgoing) -> Receipt:
    """Hand one message to the SMTP server; its Message-ID is the provider's id. Raises `TemporaryError` when trying
    again may help (refused connection, timeout, 4xx) and `PermanentError` when it will not (5xx)."""
    message_id = f"<{outgoing.idempotency_key}@watchfloor>"
    mail = EmailMultiAlternatives(
        outgoing.subject, outgoing.text, to=[outgoing.address], headers={"Message-ID": message_id}
    )
    mail.attach_alternative(outgoing.html, "text/html")
    try:
        with _line() as backend:
            backend.send_messages([mail])
            said = _last_word(backend)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise _by_code(code, words) from refused
    except smtplib.SMTPResponseException as response:
        raise _by_code(response.smtp_code, response.smtp_error) from response
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryError(type(error).__name__) from error
    return Receipt(message_id, said=said)


class _Kept:
    """An open connection nobody is using, to which server, since when, and for how many mails so far."""

    __slots__ = ("backend", "mails", "server", "since")

    def __init__(self, backend: BaseEmailBackend, server: tuple):
        self.backend, self.server, self.mails, self.since = backend, server, 0, monotonic()


_kept: list[_Kept] = []
_lock = threading.Lock()


@contextmanager
def _line() -> Iterator[BaseEmailBackend]:
    """A connection for one mail: one that is kept and still answers, or a new one. It is kept for the next unless
    anything went wrong on it."""
    line = _answering() or _new()
    try:
        yield line.backend
    except BaseException:
        _close(line.backend)
        raise
    line.mails, line.since = line.mails + 1, monotonic()
    if line.mails >= MOST_MAILS:
        _close(line.backend)
    else:
        with _lock:
            _kept.append(line)


def _answering() -> _Kept | None:
    while True:
        with _lock:
            if not _kept:
                return None
            line = _kept.pop()
        # Whether the server is still there is asked before the mail, when asking cannot send it twice.
        if line.server == _server() and monotonic() - line.since < KEEP_SECONDS and _answers(line.backend):
            return line
        _close(line.backend)


def _answers(backend: BaseEmailBackend) -> bool:
    smtp = getattr(backend, "connection", None)
    with suppress(smtplib.SMTPException, OSError):
        return smtp is not None and smtp.noop()[0] == 250
    return False


def _new() -> _Kept:
    backend = get_connection()
    backend.open()
    _overhear(backend)
    return _Kept(backend, _server())


def _overhear(backend: BaseEmailBackend) -> None:
    """Keep the server's answer at a mail's end, by which its log knows the mail: smtplib throws that away."""
    smtp = getattr(backend, "connection", None)
    if smtp is None:
        return
    data = smtp.data

    def overheard(text: bytes) -> tuple[int, bytes]:
        smtp.last_word = data(text)
        return smtp.last_word

    smtp.data = overheard


def _last_word(backend: BaseEmailBackend) -> str:
    """Such as `250 2.0.0 Ok: queued as 4XYZ`, without what could be an address or is no text."""
    code, words = getattr(getattr(backend, "connection", None), "last_word", ("", b""))
    said = f"{code} {words.decode(errors='replace')}".split()
    return " ".join(word for word in said if "@" not in word and word.isprintable())


def _server() -> tuple:
    return settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER


def _close(backend: BaseEmailBackend) -> None:
    with suppress(smtplib.SMTPException, OSError):
        backend.close()


def _by_code(code: int, words: bytes | str) -> TemporaryError | PermanentError:
    text = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return PermanentError(text) if code >= 500 else TemporaryError(text)
