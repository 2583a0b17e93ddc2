"""What the rules of a random run have in common: where it begins, what is asked after every step and at the end, and
the moves that several of them make."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts import clock
from accounts.actions import deliveries, messages, overdue, people
from accounts.models import Delivery, User
from accounts.refusals import Refused
from escalations.actions import escalations, pages
from escalations.actions.responders import LOOK
from escalations.models import Page
from faults import invariants
from incidents.actions import intake, rating, triage
from incidents.actions.submission import Submission
from incidents.choices import Source
from incidents.models import Incident, Report
from tests.faults.world import (
    CHANNELS,
    MOODS,
    Clock,
    Company,
    DiedError,
    Providers,
    given_up,
    put_off,
)

MOST_OPEN = 6
# How far the run to rest jumps at least; half of a step's patience.
STRIDE = timedelta(seconds=150)
MOST_STRIDES = 250

kind = st.sampled_from(["VT4", "VT3", "SH1", "CS1", "DL1"])

# Half of them are well to begin with.
mood = st.sampled_from(["well"] * (len(MOODS) - 2) + list(MOODS))


class Hands(RuleBasedStateMachine):
    """`company` is found once, in the transaction of the test. A run begins with a report, and is undone at its end."""

    company: Company

    @initialize(harm_type=kind, moods=st.lists(mood, min_size=len(CHANNELS), max_size=len(CHANNELS)))
    def begin(self, harm_type: str, moods: list[str]) -> None:
        self.clock, self.accepted, self.standing = Clock(), [], {}
        self.failed = False
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.providers = Providers(self.clock, len(connection.savepoint_ids))
        deliveries._stranded.clear()
        ContentType.objects.clear_cache()  # every run asks the same questions, so that it dies where it died before
        self.real = clock.now, deliveries.monotonic, deliveries.SENDERS
        clock.now, deliveries.monotonic = self.clock.now, self.clock.monotonic
        deliveries.SENDERS = {channel: self._sender(channel) for channel in CHANNELS}
        self.providers.moods = dict(zip(CHANNELS, moods, strict=True))
        self.report_it("a", harm_type, None)
        self.sweep()

    def teardown(self) -> None:
        if not hasattr(self, "real"):
            return
        try:
            if not self.failed:
                self._come_to_rest()
        finally:
            clock.now, deliveries.monotonic, deliveries.SENDERS = self.real
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # -- what must hold ----------------------------------------------------------------------------
    @invariant()
    def nothing_is_broken(self) -> None:
        if not hasattr(self, "real"):
            return
        connection.run_on_commit.clear()  # whom to wake is not asked here
        rows = invariants.Rows()
        after = rows.standing()
        found = self.providers.wrong + invariants.broken(rows) + invariants.gone_back(self.standing, after)
        found += [*self.providers.untold(rows), *given_up(rows), *put_off(rows)]
        self.standing, self.failed = after, bool(found)
        assert not found, "\n".join(found)

    def _come_to_rest(self) -> None:
        """With healthy providers, and whoever is there: everything due is done, and the promise is asked for."""
        self.providers.moods.clear()
        self.providers.ahead.clear()
        for _ in range(MOST_STRIDES):
            self.sweep()
            moment = invariants.next_moment()
            if moment is None:
                break
            self.clock.pass_(max(STRIDE, moment - self.clock.at))
        else:
            raise AssertionError(f"it never comes to rest: something is due at {invariants.next_moment()}")
        for _ in range(4):  # whoever has come on duty, and every way they have
            self.clock.pass_(LOOK)
            self.sweep()
        found = invariants.lost(self.accepted) + invariants.unkept(at=self.clock.now())
        found += self.providers.wrong
        assert not found, "\n".join(found)

    # -- how ---------------------------------------------------------------------------------------
    def _sender(self, channel: str) -> Callable:
        return lambda outgoing: self.providers.send(channel, outgoing)

    def sweep(self, grace: timedelta = timedelta(0)) -> None:
        """Everything one process does in a round; if it dies on the way, that is the end of the round."""
        with suppress(DiedError):
            overdue.sweep(at=self.clock.now(), grace=grace)
            escalations.fire_due(grace=grace)
            for channel in Delivery.objects.channels_due(at=self.clock.now() - grace):
                deliveries.send_due(channel=channel, grace=grace)

    def something_due(self, number: int) -> str | None:
        """A channel on which something may leave now; somebody is told something if nothing else is due."""
        escalations.fire_due()
        if not Delivery.objects.channels_due(at=self.clock.now()):
            with suppress(messages.UnreachableError):
                messages.send(
                    to=self.person(number), urgency="notice", subject="S", text="T", link_to="shifts_link",
                    link_label="Open", dedupe_key=str(self.clock.at), at=self.clock.now(),
                )  # fmt: skip
        channels = Delivery.objects.channels_due(at=self.clock.now())
        return channels[number % len(channels)] if channels else None

    def happen(self, event: str, number: int, rows: Sequence[Delivery]) -> None:
        """To whatever somebody has in hand."""
        page = Page.objects.filter(message=rows[0].message_id).select_related("incident", "responder").first()
        if event == "swept" or page is None:
            self.sweep()
        elif event == "acknowledged":
            pages.acknowledge(page=page, by=page.responder, at=self.clock.now(), via="link")
        elif event == "declined":
            self.decline_one(0, [page.incident])
        elif event == "deactivated":
            self.switch_person(0, [page.responder_id])
        elif event == "raised":
            self.raise_one(0, 0, [page.incident])
        else:
            self.report_it("abc"[number % 3], "VT3", None)

    def free_key(self) -> str:
        return next((key for key in "abc" if key not in self.standing_keys()), "a")

    def standing_keys(self) -> set[str]:
        reports = Report.objects.filter(incident__in=self.open_incidents())
        return set(reports.values_list("dedup_key", flat=True))

    def report_it(self, key: str, harm_type: str, severity: int | None) -> None:
        if len(self.open_incidents()) >= MOST_OPEN and key not in self.standing_keys():
            return
        submission = Submission(
            source=Source.EVENTS, principal="integration:1", title="A fault", harm_type=harm_type,
            dedup_key=key, least_severity=severity, language="ru" if key == "c" else "",
        )  # fmt: skip
        report, _new = intake.receive(submission=submission, at=self.clock.now())
        self.accepted.append(report.pk)

    def acknowledge_one(self, number: int) -> None:
        def move(page: Page) -> None:
            pages.acknowledge(page=page, by=page.responder, at=self.clock.now(), via="link")

        waiting = self.latest_pages(state="waiting")
        try_on(waiting if waiting and number else self.latest_pages(), number, move)

    def decline_one(self, number: int, among: list[Incident] | None = None) -> None:
        def move(incident: Incident) -> None:
            triage.decline(incident=incident, reason="test", by=self.manager(), at=self.clock.now())

        try_on(among or self.open_incidents(), number, move)

    def raise_one(self, number: int, severity: int, among: list[Incident] | None = None) -> None:
        def move(incident: Incident) -> None:
            told = {"severity": severity, "reason": "worse", "by": self.manager(), "at": self.clock.now()}
            if severity < incident.severity:
                rating.change(incident=incident, **told)

        try_on(among or self.open_incidents(), number, move)

    def switch_person(self, number: int, among: list[int] | None = None) -> None:
        person = self.person(number, among)
        told = {"person": person, "reason": "left", "by": self.officer(), "at": self.clock.now()}
        with suppress(Refused):
            people.deactivate(**told) if person.is_active else people.reactivate(**told)

    def open_incidents(self) -> list[Incident]:
        return list(Incident.objects.open().order_by("pk"))

    def latest_pages(self, **told) -> list[Page]:
        return list(Page.objects.filter(**told).select_related("responder").order_by("-created_at")[:12])

    def person(self, number: int, among: list[int] | None = None) -> User:
        among = among or self.company.people
        return User.objects.get(pk=among[number % len(among)])

    def manager(self) -> User:
        return self.person(0, self.company.managers)

    def officer(self) -> User:
        return User.objects.get(pk=self.company.officer)


def try_on(rows: list, number: int, move: Callable[[Any], object]) -> None:
    """Do it to one of them, if there is any; it may be refused."""
    if rows:
        with suppress(Refused):
            move(rows[number % len(rows)])
