"""What people did in the rooms of accepted incidents: functions, notes, status updates, decisions, tasks."""

import random
from datetime import datetime, timedelta

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import entries, functions, rating, tasks
from incidents.choices import Function, Tlp
from incidents.models import Incident

NOTES = [
    "First copies found under two other spellings of the hashtag. List is with detection.",
    "Regional team confirms: the wording is **local**.\n\n- three accounts started it\n- none is older than a week",
    "Spoke to product: the sound can be taken out of reuse without touching the videos.",
    "Nothing new in the last hour. Uploads are down to a handful.",
    "The partner's list matches ours but for four ids; checking those now.",
]
UPDATES = [
    "Known: the pattern and the first accounts. Done: matching is on. Open: whether a second wave follows.",
    "Spread has halved since the last update. Two regions still see new uploads; both are staffed.",
]
DECISIONS = [
    (
        "Remove under the violence policy, worldwide.",
        "It breaks our own rules, so no regional restriction is needed.",
    ),
    (
        "Leave reposts in condemnation up, behind a screen.",
        "Removing them would silence the people who warn of it.",
    ),
]
FUNCTIONS = [
    (Function.SCRIBE, "Marcus"),
    (Function.CONTAINMENT, "Sofia"),
    (Function.COMMS, "Claire"),
    (Function.DETECTION, "Daniel"),
]


def furnish(
    people: dict[str, User], incident: Incident, manager: User, at: datetime, dice: random.Random
) -> None:
    """The room's first hours, from `at` on."""
    for function, name in dice.sample(FUNCTIONS, 2):
        try:
            functions.assign(incident=incident, function=function, person=people[name], by=manager, at=at)
        except Refused:
            continue  # not cleared for this one
    minute = timedelta(minutes=1)
    entries.add_note(incident=incident, text=dice.choice(NOTES), by=manager, at=at + 6 * minute)
    what, why = dice.choice(DECISIONS)
    entries.record_decision(incident=incident, text=what, reason=why, by=manager, at=at + 14 * minute)
    entries.add_note(
        incident=incident,
        text=dice.choice(NOTES),
        by=manager,
        at=at + 25 * minute,
        occurred_at=at + 11 * minute,
    )
    for task in incident.tasks.all()[: dice.randrange(2, 6)]:
        tasks.settle(task=task, state="done", outcome="Case file, part 3", by=manager, at=at + 18 * minute)
    tasks.add(
        incident=incident,
        title="Ask the regional lead for a second reading of the wording",
        assignee=manager,
        due_at=at + timedelta(hours=20),
        by=manager,
        at=at + 28 * minute,
    )


def report_on(incident: Incident, manager: User, at: datetime, dice: random.Random) -> None:
    """A status update, and the promise of the next."""
    entries.post_update(
        incident=incident,
        text=dice.choice(UPDATES),
        tlp=dice.choice([Tlp.AMBER, Tlp.AMBER_STRICT]),
        next_at=at + timedelta(hours=dice.choice([4, 8, 24])),
        by=manager,
        at=at,
    )


def raise_by_hand(incident: Incident, by: User, at: datetime) -> None:
    """Somebody's judgement over the points."""
    rating.change(
        incident=incident,
        severity=incident.severity - 1,
        reason="Two outlets have called. It will be news by the evening.",
        by=by,
        at=at,
    )


def lower_by_two(incident: Incident, by: User, second: User, at: datetime) -> None:
    """A downgrade that the second person agreed to."""
    asked = rating.change(
        incident=incident,
        severity=2,
        reason="The accounts are closed and nothing was shared on.",
        by=by,
        at=at,
    )
    if asked is not None:
        rating.decide(downgrade=asked, approve=True, by=second, at=at + timedelta(minutes=4))


def ask_to_lower(incident: Incident, by: User, at: datetime) -> None:
    """One downgrade that waits for a second person."""
    rating.change(
        incident=incident,
        severity=incident.severity + 1,
        reason="No new upload for three hours, and nobody is in danger any more.",
        by=by,
        at=at,
    )
