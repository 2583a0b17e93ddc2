"""Two months of incidents, lived through the real actions at past moments, so that timelines, pages and
severities are what the product itself made of them."""

import random
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Delivery, User
from config.demo import rooms
from escalations.actions import escalations
from incidents.actions import intake, lifecycle, triage
from incidents.actions.submission import Submission
from incidents.choices import Mode, Source
from incidents.models import Incident, Integration

# harm type, region, language, title
SCENES = [
    ("VT3", "AMER", "en", "Account names a school and a date in three uploads"),
    ("HA2", "EMEA", "en", "Home address of a journalist spreading in comments"),
    ("SH3", "AMER", "en", "Breath-holding challenge picked up by a recommended sound"),
    ("CS1", "AMER", "en", "Cluster of known matches on newly made accounts"),
    ("IN1", "REECA", "ru", "False polling dates shared by regional pages"),
    ("FR1", "APAC", "en", "Takeover wave against shops with verified badges"),
    ("AN1", "EMEA", "en", "Paid requests for cruelty arranged in profile links"),
    ("GV1", "APAC", "en", "Three-hour order naming eleven links"),
    ("HA1", "AMER", "en", "Duet brigade against a teenage athlete"),
    ("VT1", "EMEA", "ru", "Recruitment clips re-uploaded under cooking tags"),
    ("HA3", "EMEA", "en", "Surge of slurs after a derby match"),
    ("SX1", "AMER", "en", "Synthetic intimate images of two public figures"),
    ("IN3", "APAC", "en", "Old earthquake footage posted as today's"),
    ("SH2", "REECA", "ru", "Coded hashtag growing among young accounts"),
    ("CS3", "AMER", "en", "One script used to approach minors in live comments"),
    ("VT4", "AMER", "en", "Street fight footage circulating without a screen"),
    ("IN2", "REECA", "ru", "Linked pages posting one text within minutes"),
    ("FR1", "EMEA", "en", "Fake refund agents answering support threads"),
    ("UN1", "APAC", "en", "Regional team cannot place a sudden trend"),
    ("VT5", "EMEA", "en", "Job offers that lead to one recruiter's number"),
    ("SX2", "AMER", "en", "Allegations with footage in a creator community"),
    ("CS4", "EMEA", "en", "Live sessions by accounts that look under age"),
    ("DL1", "AMER", "en", "Moderator tool queried outside of any case"),
    ("VT2", "EMEA", "en", "Possible live attack, two vantage points"),
    ("SH1", "AMER", "en", "Somebody in danger on a live session, place unknown"),
    ("GV1", "EMEA", "en", "Court asks how a notice was handled last year"),
]  # fmt: skip

# How far each of the forty went, newest first; the first two are still waiting, unacknowledged.
COURSES = (
    ["waiting"] * 2
    + ["acknowledged"] * 3
    + ["active"] * 6
    + ["contained"] * 4
    + ["resolved"] * 7
    + ["declined"] * 5
    + ["merged"] * 2
    + ["closed"] * 11
)


def seed(people: dict[str, User], integration: Integration, *, at: datetime) -> None:
    """Forty incidents and two they were merged into, over sixty days, the same in every demo; the newest are still
    being paged for."""
    dice = random.Random(20)  # noqa: S311  believable, not secret
    ages = [timedelta(minutes=2), timedelta(minutes=9)]
    ages += [timedelta(minutes=40 * (i + 1)) for i in range(9)]
    ages += [
        timedelta(days=1 + 58 * i / (len(COURSES) - 12), minutes=dice.randrange(600))
        for i in range(len(COURSES) - 11)
    ]
    ages.sort()
    for number in reversed(range(len(COURSES))):
        _live_through(people, integration, number, at - ages[number], at, dice)
    _bring_up_to_date(people["Jonas"], people["Maya"], at, dice)


def _bring_up_to_date(manager: User, second: User, at: datetime, dice: random.Random) -> None:
    """Whoever manages something has just said how it stands; one severity waits for a second person, and two
    were set by people."""
    managed = Incident.objects.visible_to(manager.subject(at=at)).open().exclude(incident_manager=None)
    for incident in managed.select_related("incident_manager").order_by("pk"):
        said_at = at - timedelta(minutes=dice.randrange(4, 25))
        rooms.report_on(incident, incident.incident_manager, said_at, dice)
    severe, also = [*managed.filter(severity__lt=2).order_by("pk")[:2], None, None][:2]
    if severe is not None:
        rooms.ask_to_lower(severe, manager, at - timedelta(minutes=3))
    if also is not None:
        rooms.lower_by_two(also, second, manager, at - timedelta(minutes=12))
    mild = managed.filter(severity=3).order_by("pk").first()
    if mild is not None:
        raised_at = at - timedelta(minutes=7)
        rooms.raise_by_hand(mild, manager, raised_at)
        _page_until_now(mild, raised_at, at)


def _live_through(
    people, integration, number: int, began: datetime, at: datetime, dice: random.Random
) -> None:
    course = COURSES[number]
    incident = _report(people, integration, number, began, dice)
    if course == "waiting":
        _page_until_now(incident, began, at)
        return
    _page_until(incident, began, began + timedelta(minutes=dice.choice([1, 2, 4, 7])))
    manager = people[dice.choice(["Maya", "Jonas"])]
    moments = [began + timedelta(minutes=minutes) for minutes in (8, 15, 160, 420, 2000)]
    if course == "acknowledged":
        asked = incident.pages.select_related("responder").first()
        lifecycle.acknowledge(incident=incident, by=asked.responder if asked else manager, at=moments[0])
    elif course == "declined":
        reason = dice.choice(["duplicate", "routine", "not_harmful", "already_actioned", "out_of_scope"])
        triage.decline(incident=incident, reason=reason, by=manager, at=moments[1])
    elif course == "merged":
        _merge(people, integration, number, incident, manager, moments[1], dice)
    else:
        _work(people, incident, course, manager, moments, dice)


def _work(people, incident: Incident, course: str, manager: User, moments: list[datetime], dice) -> None:
    """Accepted, then as far as its course goes."""
    lifecycle.accept(incident=incident, manager=manager, by=manager, at=moments[1])
    incident.refresh_from_db()
    rooms.furnish(people, incident, manager, moments[1], dice)
    steps = {"contained": lifecycle.contain, "resolved": lifecycle.resolve, "closed": lifecycle.close}
    if course not in steps:
        return
    for (stage, step), moment in zip(steps.items(), moments[2:], strict=True):
        rooms.report_on(incident, manager, moment - timedelta(minutes=5), dice)
        step(incident=incident, by=manager, at=moment)
        if stage == course:
            return


def _report(people, integration, number: int, began: datetime, dice: random.Random) -> Incident:
    harm_type, region, language, title = SCENES[number % len(SCENES)]
    by_machine = number % 4 == 3
    submission = Submission(
        source=Source.EVENTS if by_machine else Source.FORM,
        principal=integration.principal if by_machine else f"person:{people['Ruslan'].pk}",
        reporter=None if by_machine else people["Ruslan"],
        integration=integration if by_machine else None,
        idempotency_key=f"demo-{number}-{began:%s}",
        title=title if number < len(SCENES) else f"{title}, again",
        harm_type=harm_type,
        region=region,
        language=language,
        description="First seen by the regional team; spread and source still unclear.",
        severity_inputs=_inputs(harm_type, number, dice),
        content=[{"platform_id": f"v{dice.randrange(10**11, 10**12)}"} for _ in range(dice.randrange(4))],
        deadline_at=began + timedelta(hours=3) if "Three-hour" in title else None,
        deadline_words="within three hours of receipt" if "Three-hour" in title else "",
        mode=Mode.DRILL if number == 20 else Mode.LIVE,
    )
    return intake.receive(submission=submission, at=began)[0].incident


def _inputs(harm_type: str, number: int, dice: random.Random) -> dict[str, int]:
    """What the reporter could say: mostly the spread, sometimes that it is small, of demands nothing."""
    if harm_type == "GV1":
        return {}
    return {"R": dice.randrange(5), "V": dice.randrange(4)} if number % 3 else {"G": 1, "I": 1, "R": 0}


def _merge(people, integration, number: int, incident: Incident, manager: User, at: datetime, dice) -> None:
    """Into a second report of the same thing, which somebody then works to its end."""
    survivor = _report(people, integration, number, at - timedelta(minutes=2), dice)
    triage.merge(incident=incident, into=survivor, by=manager, at=at)
    _page_until(survivor, at - timedelta(minutes=2), at)
    _work(people, survivor, "closed", manager, [at + timedelta(hours=h) for h in range(5)], dice)


def _page_until(incident: Incident, began: datetime, end: datetime) -> None:
    """Climb the policy as the sweep would have, and let the mails of that time have left."""
    for moment in (began, began + timedelta(minutes=5)):
        if moment <= end:
            escalations.advance(at=moment)
    _let_leave(Delivery.objects.open().filter(message__page__incident=incident))


def _page_until_now(incident: Incident, began: datetime, at: datetime) -> None:
    """What was due by now was done when it was due, as if the engine had run all along; the rest is still to come."""
    while began < at:
        escalations.advance(at=began)
        began += timedelta(minutes=1)
    _let_leave(Delivery.objects.open().filter(message__page__incident=incident, due_at__lt=at))


def _let_leave(due: QuerySet[Delivery]) -> None:
    for delivery in due:
        delivery.state, delivery.outcome = Delivery.State.SENT, "accepted"
        delivery.ended_at = delivery.due_at + timedelta(seconds=1)
        delivery.save(update_fields=["state", "outcome", "ended_at"])
