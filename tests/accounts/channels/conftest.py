"""What every channel's tests begin with: the stubs, and something to send."""

from uuid import uuid4

import pytest

from accounts.channels import Outgoing


@pytest.fixture
def outgoing():
    """`outgoing(address, secret=…)`: a page on its way."""

    def made(address: str = "", **told) -> Outgoing:
        words = {
            "subject": "SEV1 WF-7K2M4Q: you are being paged",
            "text": "Text.",
            "html": "<p>Text.</p>",
            "url": "http://127.0.0.1:8000/p/token/",
            "label": "Acknowledge",
            "idempotency_key": uuid4(),
        }
        return Outgoing(address=address, **words | told)

    return made
