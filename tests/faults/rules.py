"""The rules of a random run: what people, machines, providers and bad luck do to the engine, in any order. The engine
is the product's own, on Postgres; only the clock and the providers are ours."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts import clock
from accounts.actions import claims, contacts, deliveries, overdue, people, provider_reports, reach
from accounts.models import ContactMethod, Delivery, User
from accounts.refusals import Refused
from config.management.commands.watchdog import GRACE
from escalations.actions import by_hand, escalations, pages
from escalations.actions.responders import LOOK
from escalations.models import Page
from faults import invariants
from incidents.actions import intake, lifecycle, rating, triage
from incidents.actions.submission import Submission
from incidents.choices import Source
from incidents.models import Incident, Report
from tests.faults.world import CHANNELS, MOODS, Clock, Company, DiedError, Providers, dying_before

MOST_OPEN = 6
# How far the run to rest jumps at least; half of a step's patience.
STRIDE = timedelta(seconds=150)
MOST_STRIDES = 250

which = st.integers(0, 11)
kind = st.sampled_from(["VT4", "VT3", "SH1", "CS1", "DL1"])
span = st.sampled_from([1, 3, 21, 31, 61, 180, 301, 660, 1860, 4 * 3600, 25 * 3600]).map(
    lambda seconds: timedelta(seconds=seconds)
)
statement = st.integers(1, 45)
happening = st.lists(
    st.sampled_from(["acknowledged", "declined", "swept", "deactivated", "raised", "reported"]), max_size=3
)


class Runs(RuleBasedStateMachine):
    """`company` is found once, in the test's own transaction; each run is undone at its end."""

    company: Company

    @initialize()
    def begin(self) -> None:
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

    # -- what comes in -----------------------------------------------------------------------------
    @rule(key=st.sampled_from("abc"), harm_type=kind, severity=st.sampled_from([None, 0, 2]))
    def report(self, key: str, harm_type: str, severity: int | None) -> None:
        self._report(key, harm_type, severity)

    @rule(key=st.sampled_from("abc"), harm_type=kind, before=statement)
    def report_and_die(self, key: str, harm_type: str, before: int) -> None:
        """Whoever had no answer has no promise."""
        with dying_before(before):
            self._report(key, harm_type, None)

    # -- what people do ----------------------------------------------------------------------------
    @rule(number=which)
    def acknowledge_a_page(self, number: int) -> None:
        """The link of any page ever sent, ended ones as well."""
        self._acknowledge(number)

    @rule(number=which)
    def acknowledge_in_the_room(self, number: int) -> None:
        def move(incident: Incident) -> None:
            lifecycle.acknowledge(incident=incident, by=self._person(number), at=self.clock.now())

        try_on(self._open(), number, move)

    @rule(number=which, before=statement)
    def acknowledge_and_die(self, number: int, before: int) -> None:
        with dying_before(before):
            self._acknowledge(number)

    @rule(number=which)
    def accept(self, number: int) -> None:
        def move(incident: Incident) -> None:
            manager = self._person(number, self.company.managers)
            lifecycle.accept(incident=incident, manager=manager, by=manager, at=self.clock.now())

        try_on(self._open(), number, move)

    @rule(number=which)
    def decline(self, number: int) -> None:
        self._decline(number)

    @rule(number=which, other=which)
    def merge(self, number: int, other: int) -> None:
        def move(incident: Incident) -> None:
            into = self._open()[other % len(self._open())]
            triage.merge(incident=incident, into=into, by=self._manager(), at=self.clock.now())

        try_on(self._open(), number, move)

    @rule(number=which)
    def restore(self, number: int) -> None:
        ended = Incident.objects.filter(stage__in=["declined", "merged"]).order_by("pk")

        def move(incident: Incident) -> None:
            triage.restore(incident=incident, by=self._manager(), at=self.clock.now())

        try_on(list(ended), number, move)

    @rule(number=which)
    def resolve(self, number: int) -> None:
        def move(incident: Incident) -> None:
            lifecycle.resolve(incident=incident, by=self._manager(), at=self.clock.now())

        try_on(self._open(), number, move)

    @rule(number=which, severity=st.integers(0, 2))
    def raise_the_severity(self, number: int, severity: int) -> None:
        self._raise(number, severity)

    @rule(number=which, whom=which, urgency=st.sampled_from(["high", "low"]))
    def page_by_hand(self, number: int, whom: int, urgency: str) -> None:
        def move(incident: Incident) -> None:
            told = {"by": self._manager(), "at": self.clock.now(), "urgency": urgency}
            if whom == 0:
                by_hand.ask_function(incident=incident, function="legal", **told)
            else:
                by_hand.ask(incident=incident, responder=self._person(whom), **told)

        try_on(self._open(), number, move)

    @rule(number=which)
    def take_back(self, number: int) -> None:
        def move(page: Page) -> None:
            by_hand.take_back(page=page, by=self._manager(), at=self.clock.now())

        try_on(self._pages(state="waiting", escalation=None), number, move)

    @rule(number=which, whom=which)
    def hand_on(self, number: int, whom: int) -> None:
        def move(page: Page) -> None:
            by_hand.hand_on(page=page, to=self._person(whom), by=page.responder, at=self.clock.now())

        try_on(self._pages(state="waiting"), number, move)

    # -- people come and go ------------------------------------------------------------------------
    @rule(number=which)
    def deactivate_or_bring_back(self, number: int) -> None:
        self._deactivate(number)

    @rule(number=which, how=st.sampled_from(["disable", "enable", "remove"]))
    def change_a_method(self, number: int, how: str) -> None:
        ways = list(ContactMethod.objects.kept().select_related("person").order_by("pk"))

        def move(method: ContactMethod) -> None:
            if how == "remove":
                reach.remove(method=method, at=self.clock.now())
            else:
                getattr(contacts, how)(method=method, by=self._officer(), at=self.clock.now())

        try_on(ways, number * 2, move)

    @rule(number=which)
    def lose_a_clearance(self, number: int) -> None:
        person = self._person(number)
        person.clearances.update(valid_until=self.clock.now())

    # -- providers ---------------------------------------------------------------------------------
    @rule(channel=st.sampled_from(CHANNELS), mood=st.sampled_from(MOODS))
    def a_provider_behaves(self, channel: str, mood: str) -> None:
        self.providers.moods[channel] = mood

    @rule(what=st.sampled_from(["dies before", "dies after", "late", "busy"]))
    def the_next_call_goes_wrong(self, what: str) -> None:
        self.providers.ahead.append((what, None))

    @rule(seconds=st.sampled_from([1, 9, 21]), events=happening, number=which)
    def the_next_sender_freezes(self, seconds: int, events: list[str], number: int) -> None:
        """In its call, with the provider's word in its ear: much may happen before it can write that down."""

        def meanwhile() -> None:
            self.clock.pass_(timedelta(seconds=seconds))
            for event in events:
                self._happen(event, number)

        self.providers.ahead.append(("frozen", meanwhile))

    @rule(
        number=which,
        status=st.sampled_from(["sent", "delivered", "undelivered", "busy"]),
        again=st.booleans(),
    )
    def a_provider_reports(self, number: int, status: str, again: bool) -> None:
        """What became of something it took; late, repeated and out of order."""
        if known := self.providers.confirming:
            key = known[number % len(known)]
            for _ in range(1 + again):
                provider_reports.report(key=key, status=status, provider_id="", code="", at=self.clock.now())

    # -- the engine's own processes ----------------------------------------------------------------
    @rule(passed=span)
    def time_passes(self, passed: timedelta) -> None:
        self.clock.pass_(passed)

    @rule()
    def a_worker_sweeps(self) -> None:
        self._sweep()

    @rule()
    def the_watchdog_sweeps(self) -> None:
        self._sweep(GRACE)

    @rule(passed=span)
    def time_passes_under_sweeps(self, passed: timedelta) -> None:
        self.clock.pass_(passed)
        self._sweep()

    @rule(channel=st.sampled_from(CHANNELS), before=statement)
    def a_sender_dies(self, channel: str, before: int) -> None:
        with dying_before(before):
            deliveries.send_due(channel=channel)

    @rule(before=statement)
    def a_step_dies(self, before: int) -> None:
        with dying_before(before):
            escalations.advance(at=self.clock.now())

    @rule()
    def claim_and_die(self) -> None:
        for channel in CHANNELS:
            claims.take(channel=channel, at=self.clock.now(), most=1)

    # -- what must hold ----------------------------------------------------------------------------
    @invariant()
    def nothing_is_broken(self) -> None:
        if not hasattr(self, "real"):
            return
        connection.run_on_commit.clear()  # whom to wake is not asked here
        rows = invariants.Rows()
        after = rows.standing()
        found = self.providers.wrong + invariants.broken(rows) + invariants.gone_back(self.standing, after)
        self.standing, self.failed = after, bool(found)
        assert not found, "\n".join(found)

    def _come_to_rest(self) -> None:
        """With healthy providers, and whoever is there: everything due is done, and the promise is asked for."""
        self.providers.moods.clear()
        self.providers.ahead.clear()
        for _ in range(MOST_STRIDES):
            self._sweep()
            moment = invariants.next_moment()
            if moment is None:
                break
            self.clock.pass_(max(STRIDE, moment - self.clock.at))
        else:
            raise AssertionError(f"it never comes to rest: something is due at {invariants.next_moment()}")
        for _ in range(4):  # whoever has come on duty, and every way they have
            self.clock.pass_(LOOK)
            self._sweep()
        found = invariants.lost(self.accepted) + invariants.unkept(at=self.clock.now())
        found += self.providers.wrong
        assert not found, "\n".join(found)

    # -- how ---------------------------------------------------------------------------------------
    def _sender(self, channel: str) -> Callable:
        return lambda outgoing: self.providers.send(channel, outgoing)

    def _sweep(self, grace: timedelta = timedelta(0)) -> None:
        """Everything one process does in a round; if it dies on the way, that is the end of the round."""
        with suppress(DiedError):
            overdue.sweep(at=self.clock.now(), grace=grace)
            escalations.fire_due(grace=grace)
            for channel in Delivery.objects.channels_due(at=self.clock.now() - grace):
                deliveries.send_due(channel=channel, grace=grace)

    def _happen(self, event: str, number: int) -> None:
        {
            "acknowledged": lambda: self._acknowledge(number),
            "declined": lambda: self._decline(number),
            "swept": self._sweep,
            "deactivated": lambda: self._deactivate(number),
            "raised": lambda: self._raise(number, 0),
            "reported": lambda: self._report("a", "VT3", None),
        }[event]()

    def _report(self, key: str, harm_type: str, severity: int | None) -> None:
        standing = {report.dedup_key for report in Report.objects.filter(incident__in=self._open())}
        if len(self._open()) >= MOST_OPEN and key not in standing:
            return
        submission = Submission(
            source=Source.EVENTS, principal="integration:1", title="A fault", harm_type=harm_type,
            dedup_key=key, least_severity=severity, language="ru" if key == "c" else "",
        )  # fmt: skip
        report, _new = intake.receive(submission=submission, at=self.clock.now())
        self.accepted.append(report.pk)

    def _acknowledge(self, number: int) -> None:
        def move(page: Page) -> None:
            pages.acknowledge(page=page, by=page.responder, at=self.clock.now(), via="link")

        try_on(self._pages(), number, move)

    def _decline(self, number: int) -> None:
        def move(incident: Incident) -> None:
            triage.decline(incident=incident, reason="test", by=self._manager(), at=self.clock.now())

        try_on(self._open(), number, move)

    def _raise(self, number: int, severity: int) -> None:
        def move(incident: Incident) -> None:
            told = {"severity": severity, "reason": "worse", "by": self._manager(), "at": self.clock.now()}
            if severity < incident.severity:
                rating.change(incident=incident, **told)

        try_on(self._open(), number, move)

    def _deactivate(self, number: int) -> None:
        person = self._person(number)
        told = {"person": person, "reason": "left", "by": self._officer(), "at": self.clock.now()}
        with suppress(Refused):
            people.deactivate(**told) if person.is_active else people.reactivate(**told)

    def _open(self) -> list[Incident]:
        return list(Incident.objects.open().order_by("pk"))

    def _pages(self, **told) -> list[Page]:
        return list(Page.objects.filter(**told).select_related("responder").order_by("-created_at")[:12])

    def _person(self, number: int, among: list[int] | None = None) -> User:
        among = among or self.company.people
        return User.objects.get(pk=among[number % len(among)])

    def _manager(self) -> User:
        return self._person(0, self.company.managers)

    def _officer(self) -> User:
        return User.objects.get(pk=self.company.officer)


def try_on(rows: list, number: int, move: Callable[[Any], object]) -> None:
    """Do it to one of them, if there is any; it may be refused."""
    if rows:
        with suppress(Refused):
            move(rows[number % len(rows)])
