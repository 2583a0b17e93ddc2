import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from devstack import places
from devstack.children import stop_all
from devstack.mailcatcher import MailCatcher
from devstack.ports import free_port


@pytest.fixture(scope="module")
def catcher(tmp_path_factory) -> Iterator[MailCatcher]:
    state = tmp_path_factory.mktemp("state")
    places.private(state / "logs")
    catcher = MailCatcher(state, free_port(), free_port())
    catcher.start()
    catcher.wait()
    yield catcher
    stop_all([catcher.child], within=3)


def send(catcher: MailCatcher, subject: str = "Page", text: str = "Hello", html: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Watchfloor <w@example.org>", "on.duty@example.org"
    mail["Subject"] = subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as line:
        line.send_message(mail, to_addrs=["on.duty@example.org", "blind@example.org"])


def fetch(url: str, host: str | None = None):
    return urllib.request.urlopen(
        urllib.request.Request(url, headers={"Host": host} if host else {}), timeout=5
    )


def messages(catcher: MailCatcher) -> list[dict]:
    with fetch(catcher.messages_url) as answer:
        return json.load(answer)


def test_a_mail_is_read_back_as_it_was_sent(catcher):
    send(catcher, "Страница", ".a dot leads\n..two", "<p>Hello</p>")
    mail = messages(catcher)[0]
    assert mail["to"] == ["on.duty@example.org", "blind@example.org"]
    assert mail["from"] == "Watchfloor <w@example.org>"
    assert (mail["subject"], mail["text"]) == ("Страница", ".a dot leads\n..two\n")
    assert mail["html"] == "<p>Hello</p>\n"
    assert mail["sent_at"].endswith("+00:00")


def test_the_newest_comes_first_and_a_restart_forgets_nothing(catcher):
    send(catcher, "first")
    send(catcher, "second")
    stop_all([catcher.child], within=3)
    catcher.start()
    catcher.wait()
    assert [mail["subject"] for mail in messages(catcher)[:2]] == ["second", "first"]


def test_a_mail_shown_can_neither_run_nor_load_nor_name_us(catcher):
    send(catcher, html="<script>alert(1)</script>")
    mail = messages(catcher)[0]
    with fetch(f"{catcher.messages_url}/{mail['id']}/html") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "allow-scripts" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_words_of_a_mail_are_never_markup_and_its_links_work(catcher):
    send(catcher, "<b>bold</b>", "<i>see</i> http://127.0.0.1:8000/a/?x=1&y=2.")
    mail = messages(catcher)[0]
    with fetch(f"{catcher.messages_url}/{mail['id']}") as answer:
        page = answer.read().decode()
    assert "<b>bold" not in page
    assert "&lt;i&gt;see" in page
    assert 'href="http://127.0.0.1:8000/a/?x=1&amp;y=2" target="_blank" rel="noreferrer"' in page


def test_another_name_for_our_address_is_shown_nothing(catcher):
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(catcher.messages_url, host="attacker.example")
    with refused.value as answer:
        assert answer.code == 403


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("RCPT TO:<a@example.org>", 503),
        ("DATA", 503),
        ("MAIL FROM:a@example.org", 501),
        ("MAIL FROM:<a@example.org> SIZE=999999999", 552),
        ("SEND", 502),
        ("NOOP", 250),
        ("RSET", 250),
    ],
)
def test_smtp_answers_by_the_book(catcher, command, code):
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as line:
        line.ehlo()
        assert line.docmd(command)[0] == code


def test_a_mail_too_large_is_refused_and_the_next_one_taken(catcher):
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as line:
        line.helo("x")  # after EHLO smtplib would declare the size and be refused sooner
        with pytest.raises(smtplib.SMTPDataError, match="too large"):
            line.sendmail("a@example.org", ["b@example.org"], ("x" * 900 + "\r\n") * 12_000)
        line.sendmail("a@example.org", ["b@example.org"], "Subject: small")
    assert messages(catcher)[0]["subject"] == "small"


def test_a_mail_no_parser_likes_is_kept_all_the_same(catcher):
    broken = (
        b"Subject: =?utf-8?b?////?=\r\nContent-Type: text/plain; charset=klingon\r\n\r\nstill readable\r\n"
    )
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as line:
        line.sendmail("a@example.org", ["b@example.org"], broken)
    mail = messages(catcher)[0]
    assert "readable" in mail["text"]
