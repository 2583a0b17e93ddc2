"""The rules of a random run: what people, machines, providers and bad luck do to the engine, in any order. The engine
is the product's own, on Postgres; only the clock and the providers are ours."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.actions import claims, contacts, deliveries, provider_reports, reach
from accounts.channels import PermanentError, TemporaryError
from accounts.models import ContactMethod, Delivery
from config.management.commands.watchdog import GRACE
from escalations.actions import by_hand, escalations
from escalations.models import Page
from incidents.actions import lifecycle, triage
from incidents.models import Incident
from tests.faults.hands import Hands, kind, try_on
from tests.faults.world import CHANNELS, MOODS, DiedError, dying_before

which = st.integers(0, 11)
span = st.sampled_from([1, 3, 21, 31, 61, 180, 301, 660, 1860, 4 * 3600, 25 * 3600]).map(
    lambda seconds: timedelta(seconds=seconds)
)
statement = st.integers(1, 45)
happening = st.lists(
    st.sampled_from(["acknowledged", "declined", "swept", "deactivated", "raised", "reported"]), max_size=3
)
MOST_HELD = 32
REFUSALS = {"never": (PermanentError, "no such address"), "not now": (TemporaryError, "no answer in time")}


def turn(**told: st.SearchStrategy) -> Callable:
    """A rule after which time may pass, and then a worker sweeps: what happens is to happen to pages on their way."""

    def keep(move: Callable) -> Callable:
        @rule(passed=st.none() | span, **told)
        @wraps(move)
        def moved(self: Hands, passed: timedelta | None, **drawn: Any) -> None:
            move(self, **drawn)
            if passed is not None:
                self.clock.pass_(passed)
                self.sweep()

        return moved

    return keep


class Runs(Hands):
    # -- what comes in -----------------------------------------------------------------------------
    @turn(key=st.sampled_from("abc"), harm_type=kind, severity=st.sampled_from([None, 0, 2]))
    def report(self, key: str, harm_type: str, severity: int | None) -> None:
        self.report_it(key, harm_type, severity)

    @turn(key=st.sampled_from("abc"), harm_type=kind, before=statement)
    def report_and_die(self, key: str, harm_type: str, before: int) -> None:
        """Whoever had no answer has no promise."""
        with dying_before(before):
            self.report_it(key, harm_type, None)

    # -- what people do ----------------------------------------------------------------------------
    @turn(number=which)
    def acknowledge_a_page(self, number: int) -> None:
        """The link of any page ever sent, ended ones as well."""
        self.acknowledge_one(number)

    @turn(number=which)
    def acknowledge_in_the_room(self, number: int) -> None:
        def move(incident: Incident) -> None:
            lifecycle.acknowledge(incident=incident, by=self.person(number), at=self.clock.now())

        try_on(self.open_incidents(), number, move)

    @turn(number=which, before=statement)
    def acknowledge_and_die(self, number: int, before: int) -> None:
        with dying_before(before):
            self.acknowledge_one(number)

    @turn(number=which)
    def accept(self, number: int) -> None:
        def move(incident: Incident) -> None:
            manager = self.person(number, self.company.managers)
            lifecycle.accept(incident=incident, manager=manager, by=manager, at=self.clock.now())

        try_on(self.open_incidents(), number, move)

    @turn(number=which)
    def decline(self, number: int) -> None:
        self.decline_one(number)

    @turn(number=which, other=which)
    def merge(self, number: int, other: int) -> None:
        def move(incident: Incident) -> None:
            into = self.open_incidents()[other % len(self.open_incidents())]
            triage.merge(incident=incident, into=into, by=self.manager(), at=self.clock.now())

        try_on(self.open_incidents(), number, move)

    @turn(number=which)
    def restore(self, number: int) -> None:
        ended = Incident.objects.filter(stage__in=["declined", "merged"]).order_by("pk")

        def move(incident: Incident) -> None:
            triage.restore(incident=incident, by=self.manager(), at=self.clock.now())

        try_on(list(ended), number, move)

    @turn(number=which)
    def resolve(self, number: int) -> None:
        def move(incident: Incident) -> None:
            lifecycle.resolve(incident=incident, by=self.manager(), at=self.clock.now())

        try_on(self.open_incidents(), number, move)

    @turn(number=which, severity=st.integers(0, 2))
    def raise_the_severity(self, number: int, severity: int) -> None:
        self.raise_one(number, severity)

    @turn(number=which, whom=which, urgency=st.sampled_from(["high", "low"]))
    def page_by_hand(self, number: int, whom: int, urgency: str) -> None:
        def move(incident: Incident) -> None:
            told = {"by": self.manager(), "at": self.clock.now(), "urgency": urgency}
            if whom == 0:
                by_hand.ask_function(incident=incident, function="legal", **told)
            else:
                by_hand.ask(incident=incident, responder=self.person(whom), **told)

        try_on(self.open_incidents(), number, move)

    @turn(number=which)
    def take_back(self, number: int) -> None:
        def move(page: Page) -> None:
            by_hand.take_back(page=page, by=self.manager(), at=self.clock.now())

        try_on(self.latest_pages(state="waiting", escalation=None), number, move)

    @turn(number=which, whom=which)
    def hand_on(self, number: int, whom: int) -> None:
        def move(page: Page) -> None:
            by_hand.hand_on(page=page, to=self.person(whom), by=page.responder, at=self.clock.now())

        try_on(self.latest_pages(state="waiting"), number, move)

    # -- people come and go ------------------------------------------------------------------------
    @turn(number=which)
    def deactivate_or_bring_back(self, number: int) -> None:
        self.switch_person(number)

    @turn(number=which, how=st.sampled_from(["disable", "enable", "remove"]))
    def change_a_method(self, number: int, how: str) -> None:
        ways = list(ContactMethod.objects.kept().select_related("person").order_by("pk"))

        def move(method: ContactMethod) -> None:
            if how == "remove":
                reach.remove(method=method, at=self.clock.now())
            else:
                getattr(contacts, how)(method=method, by=self.officer(), at=self.clock.now())

        try_on(ways, number * 2, move)

    @turn(number=which, how=st.sampled_from(["deactivated", "without a way", "without a clearance"]))
    def whoever_is_asked_is(self, number: int, how: str) -> None:
        """Somebody whose page waits, and may not have left."""

        def move(page: Page) -> None:
            if how == "deactivated":
                self.switch_person(0, [page.responder_id])
            elif how == "without a way":
                for method in page.responder.contact_methods.kept():
                    contacts.disable(method=method, by=self.officer(), at=self.clock.now())
            else:
                page.responder.clearances.update(valid_until=self.clock.now())

        try_on(self.latest_pages(state="waiting"), number, move)

    @turn(number=which)
    def lose_a_clearance(self, number: int) -> None:
        person = self.person(number)
        person.clearances.update(valid_until=self.clock.now())

    # -- providers ---------------------------------------------------------------------------------
    @turn(channel=st.sampled_from(CHANNELS), mood=st.sampled_from(MOODS))
    def a_provider_behaves(self, channel: str, mood: str) -> None:
        self.providers.moods[channel] = mood

    @turn(what=st.sampled_from(["dies before", "dies after", "late", "busy"]))
    def the_next_call_goes_wrong(self, what: str) -> None:
        self.providers.ahead.append((what, None))

    @turn(seconds=st.sampled_from([1, 9, 21]), events=happening, number=which)
    def the_next_sender_freezes(self, seconds: int, events: list[str], number: int) -> None:
        """In its call, with the provider's word in its ear: much may happen before it can write that down."""

        def meanwhile(rows: list[Delivery]) -> None:
            self.clock.pass_(timedelta(seconds=seconds))
            for event in events:
                self.happen(event, number, rows)

        self.providers.ahead.append(("frozen", meanwhile))

    @rule(passed=span, number=which, seconds=st.sampled_from([1, 21]), events=happening)
    def a_sender_freezes(self, passed: timedelta, number: int, seconds: int, events: list[str]) -> None:
        """With a claim, before it looks whether that still stands."""
        self.clock.pass_(passed)
        if channels := Delivery.objects.channels_due(at=self.clock.now()):
            call = deliveries.claim(channel=channels[number % len(channels)], at=self.clock.now())
            if call is not None:
                self.clock.pass_(timedelta(seconds=seconds))
                for event in events:
                    self.happen(event, number, call.deliveries)
                with suppress(DiedError):
                    deliveries.attempt(claimed=call, at=self.clock.now(), ended_at=self.clock.now)

    @rule(passed=span, number=which, word=st.sampled_from(["took it", "never", "not now", "hands it back"]))
    def two_hold_the_same(self, passed: timedelta, number: int, word: str) -> None:
        """The first is frozen until its lease has ended and a second has claimed the same. What the first then writes
        counts for nothing; the second is sent."""
        self.clock.pass_(passed)
        channel = self.something_due(number)
        first = deliveries.claim(channel=channel, at=self.clock.now()) if channel else None
        if channel is None or first is None:
            return
        second: list[claims.Call] = []

        def meanwhile(_rows: list[Delivery] | None = None) -> None:
            self.clock.pass_(timedelta(seconds=21))
            second.extend(claims.take(channel=channel, at=self.clock.now(), most=MOST_HELD))
            if word in REFUSALS:
                refusal, words = REFUSALS[word]
                raise refusal(words)

        if word == "hands it back":
            meanwhile()
            claims.hand_back(calls=[first])
        else:
            self.providers.ahead.appendleft(("frozen", meanwhile))
            deliveries.attempt(claimed=first, at=self.clock.now(), ended_at=self.clock.now)
            self.providers.ahead = deque(one for one in self.providers.ahead if one[1] is not meanwhile)
        self.providers.wrong += [f"{row} is not the second's any more" for row in taken_away(first, second)]
        for call in second:
            with suppress(DiedError):
                deliveries.attempt(claimed=call, at=self.clock.now(), ended_at=self.clock.now)

    @turn(
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

    @rule(harm_type=kind)
    def nobody_is_reached(self, harm_type: str) -> None:
        """Whatever leaves for those who are asked next is refused for good: others are to be asked at once."""
        moods, self.providers.moods = self.providers.moods, dict.fromkeys(CHANNELS, "refuses")
        self.report_it(self.free_key(), harm_type, None)
        for _ in range(2):
            self.sweep()
        self.providers.moods = moods

    # -- the engine's own processes ----------------------------------------------------------------
    @rule()
    def a_worker_sweeps(self) -> None:
        self.sweep()

    @rule()
    def the_watchdog_sweeps(self) -> None:
        self.sweep(GRACE)

    @rule(passed=span)
    def time_passes_under_sweeps(self, passed: timedelta) -> None:
        self.clock.pass_(passed)
        self.sweep()

    @rule(passed=span, number=which, before=statement)
    def a_sender_dies(self, passed: timedelta, number: int, before: int) -> None:
        self.clock.pass_(passed)
        if channels := Delivery.objects.channels_due(at=self.clock.now()):
            with dying_before(before):
                deliveries.send_due(channel=channels[number % len(channels)])

    @rule(passed=span, before=statement)
    def a_step_dies(self, passed: timedelta, before: int) -> None:
        """And whoever takes it over dies as well, a little later each."""
        self.clock.pass_(passed)
        for further in (0, 3, 9):
            with dying_before(before + further):
                escalations.advance(at=self.clock.now())

    @rule()
    def claim_and_die(self) -> None:
        for channel in CHANNELS:
            claims.take(channel=channel, at=self.clock.now(), most=1)


def taken_away(first: claims.Call, second: Sequence[claims.Call]) -> list[str]:
    """What the second claimed after the first, and is no longer theirs."""
    before = {row.pk for row in first.deliveries}
    theirs = {row.pk: row.fence for call in second for row in call.deliveries if row.pk in before}
    standing = Delivery.objects.in_bulk(theirs)
    return [
        f"delivery {pk}, {standing[pk].state}"
        for pk, fence in theirs.items()
        if (standing[pk].state, standing[pk].fence) != ("sending", fence)
    ]
