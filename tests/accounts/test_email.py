"""SMTP connections that are kept: one for many mails, a new one where the old has gone."""

import socket
import uuid

import pytest

from accounts.channels import Outgoing, TemporaryError, email
from devstack.mailcatcher import smtp
from devstack.ports import free_port
from tests.mailbox import hang_up


def mail():
    return Outgoing("to@cast.example", "S", "T", "<p>T", "http://here/", "Open", uuid.uuid4())


@pytest.fixture
def opened(monkeypatch, mailbox):
    """How often a connection was made."""
    made, real = [], email.get_connection

    def get_connection():
        made.append(1)
        return real()

    hang_up()
    monkeypatch.setattr(email, "get_connection", get_connection)
    return made


def test_one_connection_carries_many_mails(opened, mailbox):
    for _ in range(5):
        email.send(mail())
    assert (len(opened), len(mailbox.take())) == (1, 5)


def test_a_connection_is_not_used_for_ever(opened, mailbox, monkeypatch):
    monkeypatch.setattr(email, "MOST_MAILS", 2)
    for _ in range(4):
        email.send(mail())
    assert (len(opened), len(mailbox.take())) == (2, 4)


def test_a_server_that_hung_up_meanwhile_costs_no_mail(opened, mailbox):
    email.send(mail())
    email._kept[0].backend.connection.sock.shutdown(socket.SHUT_RDWR)
    email.send(mail())
    assert (len(opened), len(mailbox.take())) == (2, 2)


def test_a_connection_to_another_server_is_not_used(opened, mailbox, settings):
    email.send(mail())
    settings.EMAIL_PORT = free_port()
    with pytest.raises(TemporaryError):
        email.send(mail())
    assert len(mailbox.take()) == 1


def test_what_the_server_said_last_is_told_without_addresses(opened, mailbox, monkeypatch):
    said = "250 2.0.0 Ok <to@cast.example> a\x00b queued as 4XYZ"
    say = smtp.Conversation.say
    monkeypatch.setattr(
        smtp.Conversation, "say", lambda self, line: say(self, said if line == "250 kept" else line)
    )
    assert email.send(mail()).said == "250 2.0.0 Ok queued as 4XYZ"
    monkeypatch.undo()
    mailbox.take()
