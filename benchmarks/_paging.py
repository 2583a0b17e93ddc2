"""The stage of the paging benchmark: two hundred people, each asked by an integration of their own; and what it reads
from the rows afterwards."""

import http.client
import json
import secrets
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Min

from accounts import clock
from accounts.models import ContactMethod, Delivery, RoleAssignment, User
from accounts.querysets import digest
from escalations.models import EscalationPolicy, PolicyStep, Route, StepTarget
from incidents.models import Integration, Report

PEOPLE = 200
PATIENCE = 8 * 3600  # one step, and no second page while it is measured
CONSOLE = urlsplit(settings.BASE_URL)
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Desk:
    """A person, and the key of the integration whose incidents page them."""

    person: User
    routing_key: str


def set_up() -> list[Desk]:
    """Each desk's incidents are told apart by a language of their own, so that a route leads to its person."""
    at = clock.now()
    first = Route.objects.order_by("-position").first()
    desks = []
    for number in range(PEOPLE):
        person = User.objects.create(email=f"bench{number}@watchfloor.example", name=f"Bench {number}")
        RoleAssignment.objects.create(person=person, role="responder")
        ContactMethod.objects.create(person=person, kind="email", address=person.email, verified_at=at)
        policy = EscalationPolicy.objects.create(slug=f"bench-{number}", name=f"Bench {number}")
        step = PolicyStep.objects.create(policy=policy, position=0, delay=PATIENCE)
        StepTarget.objects.create(step=step, person=person)
        language = f"q{chr(97 + number // 26)}{chr(97 + number % 26)}"
        Route.objects.create(
            position=(first.position if first else 0) + 1000 + number, policy=policy, languages=[language]
        )
        key = secrets.token_hex(16)
        Integration.objects.create(
            name=f"Bench {number}", key_hash=digest(key), harm_type="VT3", language=language
        )
        desks.append(Desk(person, key))
    _put_first([route.pk for route in Route.objects.filter(policy__slug__startswith="bench-")])
    return desks


def _put_first(ours: Sequence[int]) -> None:
    """Before the demo's routes, which fit anything."""
    for position, route in enumerate(Route.objects.order_by("position").exclude(pk__in=ours)):
        Route.objects.filter(pk=route.pk).update(position=10_000 + position)


def report(desk: Desk) -> tuple[str, float, float]:
    """Send one trigger on this thread's own kept connection: its dedup key, when it was sent, when accepted."""
    key = uuid.uuid4().hex
    payload = {"summary": "Benchmark", "source": "benchmarks.paging", "severity": "critical"}
    event = {"event_action": "trigger", "dedup_key": key, "routing_key": desk.routing_key, "payload": payload}
    sent = time.time()
    status = _post(json.dumps(event))
    assert status == 202, status
    return key, sent, time.time()


def _post(body: str) -> int:
    for last in (False, True):
        line = getattr(_own, "line", None) or http.client.HTTPConnection(CONSOLE.netloc, timeout=30)
        _own.line = line
        try:
            line.request("POST", "/v2/enqueue", body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            answer.read()
            return answer.status
        except (http.client.HTTPException, OSError):
            line.close()
            _own.line = None
            if last:
                raise
    raise AssertionError


def attempted(keys: Sequence[str]) -> dict[str, float]:
    """When each report's first page was with a provider, as far as that has come."""
    incidents = dict(Report.objects.filter(dedup_key__in=keys).values_list("incident", "dedup_key"))
    handed = (
        Delivery.objects.filter(handed_at__isnull=False, message__page__incident__in=incidents)
        .values_list("message__page__incident")
        .annotate(first=Min("handed_at"))
    )
    return {incidents[incident]: first.timestamp() for incident, first in handed}


def wait_until_attempted(keys: Sequence[str], *, within: float, look_every: float) -> dict[str, float]:
    until = time.monotonic() + within
    while len(found := attempted(keys)) < len(keys):
        if time.monotonic() > until:
            raise SystemExit(f"{len(keys) - len(found)} of {len(keys)} were not attempted within {within} s")
        time.sleep(look_every)
    return found
