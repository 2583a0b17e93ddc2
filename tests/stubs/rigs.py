"""Fixtures that put the stubs where the console sends to."""

import pytest

from config import outbound
from tests.stubs.chat import ChatStub
from tests.stubs.push import PushStub
from tests.stubs.twilio import TwilioStub
from tests.stubs.webhook import WebhookStub


@pytest.fixture
def allow(settings):
    """Say what OUTBOUND says: `allow("twilio+http://…", "allow://127.0.0.1:9")`."""

    def said(*parts: str) -> None:
        settings.OUTBOUND = outbound.read(list(parts))

    said()
    return said


@pytest.fixture
def twilio(allow):
    with TwilioStub() as stub:
        allow(stub.setting())
        stub.reports = []
        yield stub


@pytest.fixture
def webhook(allow):
    with WebhookStub() as stub:
        allow(f"allow://{stub.host}")
        yield stub


@pytest.fixture
def pushes(allow):
    with PushStub() as stub:
        allow(f"allow://{stub.host}")
        yield stub


@pytest.fixture
def chat_room(allow):
    with ChatStub() as stub:
        allow(f"allow://{stub.host}")
        yield stub
