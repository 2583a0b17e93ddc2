"""Four rosters: the working weeks (Tue–Sat and Sun–Thu cohorts that rotate), the paged duty (primary and
secondary around the clock), the manager on duty, and Legal; with four weeks of shifts worked. And the policies."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from config.demo import changes
from escalations.actions import desks, policies, routes
from escalations.ladder import Step, Target
from escalations.models import EscalationPolicy
from oncall.actions import ledger
from oncall.models import Layer, Participant, Roster

ZONE = "America/Los_Angeles"
TUE_SAT, SUN_THU = [1, 2, 3, 4, 5], [6, 0, 1, 2, 3]
COHORTS = (["Priya", "Daniel", "Maya"], ["Sofia", "Marcus", "Tomas"])
PRIMARIES = ["Priya", "Marcus", "Sofia", "Daniel", "Aisling", "Wei"]
SECONDARIES = ["Aisling", "Sofia", "Priya", "Wei", "Daniel", "Marcus"]
MANAGERS = ["Maya", "Jonas"]

# Seconds to wait at primary, secondary and manager before the next is paged.
PATIENCE = {
    0: (150, 150, 300),
    1: (300, 300, 600),
    2: (900, 900, 1800),
    3: (5400, 5400, 7200),
    4: (28800,) * 3,
}
CHILD_SAFETY = ["CS1", "CS2", "CS3"]


def seed(people: dict[str, User], *, at: datetime) -> None:
    start = at.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=70)
    _working_week(people, start)
    duty = _duty(people, start)
    managers, legal = _managers(people, start), _legal(people, start)
    for roster in Roster.objects.all():
        ledger.record_ended(roster=roster, at=at)
    desks.assign(
        desks={"deputy": managers, "detection": duty, "legal": legal},
        by=people["Ingrid"],
        at=at - timedelta(days=70),
    )
    _policies(duty, managers, people["Ingrid"], at - timedelta(days=70))
    changes.seed(people, at=at)


def _working_week(people: dict[str, User], start: date) -> Roster:
    roster = Roster.objects.create(
        slug="working-week", name="Working week", zone=ZONE, depth=2, owner=people["Tomas"], is_paged=False
    )
    hours = {"window_start": time(9), "window_end": time(17), "handoff_time": time(0), "turn_n": 4}
    for name, days, groups in (("Tue–Sat", TUE_SAT, COHORTS), ("Sun–Thu", SUN_THU, COHORTS[::-1])):
        # Each block is anchored on its own first day, not on a calendar's week.
        anchor = start + timedelta(days=(days[0] - start.weekday()) % 7)
        layer = Layer.objects.create(roster=roster, name=name, anchor_on=anchor, working_days=days, **hours)
        _take_turns(layer, [[people[name] for name in cohort] for cohort in groups])
    return roster


def _duty(people: dict[str, User], start: date) -> Roster:
    roster = Roster.objects.create(slug="duty", name="Duty", zone=ZONE, owner=people["Tomas"])
    for duty, names in (("primary", PRIMARIES), ("secondary", SECONDARIES)):
        layer = Layer.objects.create(
            roster=roster,
            name=duty.title(),
            duty=duty,
            anchor_on=start,
            handoff_time=time(9),
            turn_unit="week",
        )
        _take_turns(layer, [[people[name]] for name in names])
    return roster


def _managers(people: dict[str, User], start: date) -> Roster:
    roster = Roster.objects.create(
        slug="manager", name="Manager on duty", zone=ZONE, owner=people["Tomas"], is_manager_on_duty=True
    )
    layer = Layer.objects.create(roster=roster, name="Managers", anchor_on=start, handoff_time=time(9))
    _take_turns(layer, [[people[name]] for name in MANAGERS])
    return roster


def _legal(people: dict[str, User], start: date) -> Roster:
    """One counsel, with nobody to take turns with: as it is in many a company."""
    roster = Roster.objects.create(slug="legal", name="Legal", zone="Europe/Dublin", owner=people["Tomas"])
    layer = Layer.objects.create(roster=roster, name="Counsel", anchor_on=start, handoff_time=time(9))
    _take_turns(layer, [[people["Claire"]]])
    return roster


def _take_turns(layer: Layer, groups: list[list[User]]) -> None:
    for position, group in enumerate(groups):
        for person in group:
            Participant.objects.create(layer=layer, group=position, person=person)


def _policies(duty: Roster, managers: Roster, by: User, at: datetime) -> None:
    """One policy per severity tier, and a quicker one for children: its manager is asked at the first step."""
    primary, secondary = Target(duty.pk, "primary"), Target(duty.pk, "secondary")
    manager = Target(managers.pk, "primary")
    last = None
    for severity, waits in PATIENCE.items():
        policy = _climb(f"SEV{severity}", [[primary], [secondary], [manager]], waits, by, at)
        last = routes.create(policy=policy, severities=[severity], after=last, by=by, at=at)
    urgent = _climb("Child safety, urgent", [[primary, manager], [secondary]], (180, 300), by, at)
    routes.create(policy=urgent, severities=[0, 1], harm_types=CHILD_SAFETY, after=None, by=by, at=at)


def _climb(
    name: str, rungs: list[list[Target]], waits: tuple[int, ...], by: User, at: datetime
) -> EscalationPolicy:
    steps = [Step(wait, tuple(targets)) for targets, wait in zip(rungs, waits, strict=True)]
    return policies.create(name=name, steps=steps, by=by, at=at)
