"""What the stubs were sent, when, and which pages that was: the side of the table that the product does not write."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs
from uuid import UUID

from django.db.models import Q

from accounts.models import Delivery
from escalations.models import Page
from faults.mail import MailStub
from incidents.models import Report
from tests.stubs.server import Call
from tests.stubs.twilio import TwilioStub
from tests.stubs.webhook import WebhookStub

UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Sent:
    """One call as a stub got it. `key` is what a duplicate is known by."""

    at: float
    channel: str
    to: str
    key: str
    took: bool
    words: str


class Ledger:
    def __init__(self, mail: MailStub, twilio: TwilioStub, webhook: WebhookStub) -> None:
        self.mail, self.twilio, self.webhook = mail, twilio, webhook

    def forget(self) -> None:
        for stub in (self.mail, self.twilio, self.webhook):
            stub.behave("well")
            stub.forget()
        self.twilio.reports = None

    def calls(self, channel: str = "", *, to: str = "") -> list[Sent]:
        """Everything that came, in order, taken or not."""
        found = [_mailed(mail) for mail in list(self.mail.calls)]
        found += [_posted(call) for call in list(self.webhook.calls)]
        found += [_told(call) for call in list(self.twilio.calls)]
        found = [one for one in found if (not channel or one.channel == channel) and (not to or one.to == to)]
        return sorted(found, key=lambda one: one.at)

    def taken(self, channel: str = "", *, to: str = "") -> list[Sent]:
        return [one for one in self.calls(channel, to=to) if one.took]

    def by_page(self, sent: Iterable[Sent] | None = None) -> dict[UUID, list[Sent]]:
        """The calls that told of each page, oldest first. A call is known by its key, and the key by its rows."""
        told: dict[UUID, list[Sent]] = defaultdict(list)
        by_key: dict[UUID, list[Sent]] = defaultdict(list)
        for one in self.taken() if sent is None else sent:
            if one.key:
                by_key[UUID(one.key)].append(one)
        keys = list(by_key)
        rows = Delivery.objects.filter(
            Q(idempotency_key__in=keys) | Q(bundle__in=keys), message__page__isnull=False
        )
        for page, own, bundle in rows.values_list("message__page", "idempotency_key", "bundle"):
            told[page] += by_key[bundle or own]
        return {page: sorted(calls, key=lambda one: one.at) for page, calls in told.items()}

    def first_of(self, keys: Sequence[str]) -> dict[str, float]:
        """When the first page of each report was with a provider."""
        incident_of = dict(Report.objects.filter(dedup_key__in=keys).values_list("dedup_key", "incident"))
        firsts: dict[int, float] = {}
        pages = dict(Page.objects.filter(incident__in=incident_of.values()).values_list("pk", "incident"))
        for page, calls in self.by_page().items():
            if page in pages:
                incident = pages[page]
                firsts[incident] = min(calls[0].at, firsts.get(incident, calls[0].at))
        return {key: firsts[incident] for key, incident in incident_of.items() if incident in firsts}

    def lost(self, keys: Sequence[str]) -> int:
        """Reports answered as accepted of which no provider was told."""
        return len(set(keys) - self.first_of(keys).keys())

    def labelled(self) -> int:
        """Calls that were taken more than once under one key."""
        return sum(count - 1 for count in Counter(one.key for one in self.taken()).values())

    def unlabelled(self) -> int:
        """How often one page went to one address again under another key."""
        again = 0
        for calls in self.by_page().values():
            keys = defaultdict(set)
            for one in calls:
                keys[one.channel, one.to].add(one.key)
            again += sum(len(each) - 1 for each in keys.values())
        return again


def _mailed(mail) -> Sent:
    return Sent(mail.at, "email", mail.to, mail.key, mail.took, f"{mail.subject}\n{mail.text}")


def _posted(call: Call) -> Sent:
    key = {name.lower(): value for name, value in call.headers.items()}.get("idempotency-key", "")
    return Sent(call.at, "webhook", call.path, key, call.took, call.body)


def _told(call: Call) -> Sent:
    fields = parse_qs(call.body)
    found = UUID_IN.findall(fields.get("StatusCallback", [""])[0])
    channel = "voice" if "Calls" in call.path else "sms"
    words = fields.get("Body", [""])[0]
    return Sent(call.at, channel, fields.get("To", [""])[0], found[0] if found else "", call.took, words)
