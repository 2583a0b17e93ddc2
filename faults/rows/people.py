"""Row 19: whoever was to be told is gone, or the way to them is, when it is their turn."""

import time
from collections.abc import Callable

from accounts import clock
from accounts.actions import people, reach
from accounts.models import ContactMethod, Delivery, User
from faults.book import Run, row
from faults.stage import Answer, Stage
from incidents.choices import EntryKind
from incidents.models import TimelineEntry


@row(
    19,
    "person deactivated or method removed while queued",
    "replacement or next step, never a silent drop",
    measured="the workers there, until the replacement is with a provider",
    short=True,
)
def gone_while_queued(stage: Stage, run: Run) -> None:
    """Three pages are written and queued while no one sends; then a method is removed of one person who has another,
    the only one of a second person, and a third is deactivated."""
    admin = stage.cast.person(role="administrator")
    other_way, only_way, leaver, *seconds = stage.cast.people(6, "webhook")
    mail = ContactMethod.objects.create(
        person=other_way, kind="email", address=other_way.email, position=1, verified_at=clock.now()
    )
    desks = [
        stage.cast.desk(person, second)
        for person, second in zip((other_way, only_way, leaver), seconds, strict=True)
    ]
    stage.start("web")
    answers = [stage.report(desk) for desk in desks]
    from escalations.actions import escalations

    for _ in desks:  # their first steps are fired, and nobody sends
        escalations.advance(at=clock.now())
    run.hold(Delivery.objects.filter(state="queued").count() == 4, "not everything was queued")
    reach.remove(method=other_way.contact_methods.get(kind="webhook"), at=clock.now())
    reach.remove(method=only_way.contact_methods.get(), at=clock.now())
    people.deactivate(person=leaver, reason="left", by=admin, at=clock.now())
    stage.start("worker-a", "scheduler")
    there = time.time()
    expected: list[tuple[str, Callable[[], list]]] = [
        ("another way", lambda: stage.ledger.taken("email", to=mail.address)),
        ("the next step for a lost way", lambda: _told(stage, seconds[1])),
        ("the next step for a lost person", lambda: _told(stage, seconds[2])),
    ]
    for what, told in expected:
        stage.until(told, 15)
        run.took([one.at - there for one in told()[:1]], at_most=10, what=what)
    _nothing_silent(stage, run, answers, [other_way, only_way, leaver])


def _told(stage: Stage, person: User) -> list:
    return stage.ledger.taken("webhook", to=stage.cast.path(person))


def _nothing_silent(stage: Stage, run: Run, answers: list[Answer], gone: list[User]) -> None:
    time.sleep(1)
    for person in gone:
        run.hold(not _told(stage, person), f"{person.name} was told by the way that was removed")
    told = TimelineEntry.objects.filter(kind__in=[EntryKind.UNREACHABLE, EntryKind.WITHHELD]).count()
    run.hold(told == 2, f"{told} of 2 who could not be asked stand in the timeline")
    silent = Delivery.objects.filter(state__in=["failed", "cancelled"], outcome="").count()
    run.hold(silent == 0, f"{silent} attempts ended without a reason")
    run.lost = stage.ledger.lost([answer.key for answer in answers])
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")
