"""What became of the reviews that the history drafted: most approved, with improvements on their way; two being
read; a few still drafts, one of them late."""

from datetime import date, datetime, timedelta
from typing import cast

from accounts.models import User
from config.demo.lessons import Lesson, lesson_for
from postmortems import readers
from postmortems.actions import factors, improvements, remarks, reviews, sections
from postmortems.actions.improvements import Plan
from postmortems.choices import ImprovementState
from postmortems.models import Review

DAY = timedelta(days=1)
DRAFTS, BEING_READ = 3, 2
APPROVERS = ["Hannah", "Maya", "Jonas"]
DOERS = ["Priya", "Daniel", "Aisling", "Sofia", "Marcus", "Maya", "Jonas"]


def seed(people: dict[str, User], *, at: datetime) -> None:
    """The newest are drafts, those before them are being read, the rest approved but for one that is late."""
    written = [
        review for review in _newest_first() if readers.may_know(_owner(review), review.incident, at=at)
    ]
    late = next((r for r in written if r.due_on < (at - 2 * DAY).date()), None)
    others = [review for review in written if review != late]
    for number, review in enumerate(others):
        lesson = lesson_for(review.incident.harm_type)
        began = _ended(review) + DAY / 4
        if number < DRAFTS + BEING_READ:
            later = (at + (5 + 3 * number) * DAY).date()
            _put_off(review, later, at=min(_ended(review) + 4 * DAY, at))
        if number < DRAFTS:
            _begin(review, lesson, min(began, at - DAY / 12), much=number > 0)
        elif number < DRAFTS + BEING_READ:
            _submit(people, review, lesson, at - (number + 1) * DAY, at)
        else:
            _approve(people, review, lesson, began, at, number)
    if late:
        _begin(late, lesson_for(late.incident.harm_type), _ended(late) + DAY, much=False)


def _newest_first() -> list[Review]:
    found = Review.objects.exclude(owner=None).filter(incident__stage__in=["resolved", "closed"])
    return list(found.select_related("incident__profile", "owner").order_by("-incident__ended_at"))


def _owner(review: Review) -> User:
    return cast(User, review.owner)


def _ended(review: Review) -> datetime:
    return cast(datetime, review.incident.ended_at)


def _put_off(review: Review, to: date, *, at: datetime) -> None:
    owner, reason = _owner(review), "Waits for what the partner found."
    reviews.hand_over(review=review, owner=owner, due_on=to, reason=reason, by=owner, at=at)


def _write(review: Review, kind: str, text: str, at: datetime) -> None:
    section = review.sections.get(kind=kind)
    sections.write(section=section, text=text, version=section.version, by=_owner(review), at=at)


def _begin(review: Review, lesson: Lesson, at: datetime, *, much: bool) -> None:
    """A draft somebody has opened: the summary, and with `much` the half of it."""
    _write(review, "summary", lesson.summary.split(". ")[0] + ".", at)
    if not much:
        return
    _write(review, "summary", lesson.summary, at + DAY / 24)
    _write(review, "impact", lesson.impact, at + DAY / 24)
    category, text = lesson.factors[0]
    factors.add(review=review, category=category, text=text, by=_owner(review), at=at)


def _finish(people: dict[str, User], review: Review, lesson: Lesson, at: datetime, *, now: datetime) -> None:
    for kind in ("summary", "impact", "well", "badly", "lucky"):
        _write(review, kind, getattr(lesson, kind), at)
    for category, text in lesson.factors:
        factors.add(review=review, category=category, text=text, by=_owner(review), at=at)
    doers = [people[name] for name in DOERS if readers.may_know(people[name], review.incident, at=at)]
    for number, (title, kind, priority, _done) in enumerate(lesson.improvements):
        plan = Plan(
            title=title,
            detail="",
            kind=kind,
            priority=priority,
            owner=doers[(review.pk + number) % len(doers)],
            due_on=_promised(at, number, now=now),
        )
        improvements.add(review=review, plan=plan, by=_owner(review), at=at)


def _promised(began: datetime, number: int, *, now: datetime) -> date:
    """In time for what gets done; what is still open was put off once, and one in five is late all the same."""
    day = began + (14 + 9 * number) * DAY
    if day < now and began.day % 5:
        day = now + (3 + began.day % 17 + 4 * number) * DAY
    return day.date()


def _submit(people: dict[str, User], review: Review, lesson: Lesson, began: datetime, at: datetime) -> None:
    _finish(people, review, lesson, began, now=at)
    reviews.submit(review=review, by=_owner(review), at=began + DAY / 8)
    reader = _approver(people, review, at)
    if reader and not review.remarks.exists() and review.pk % 2:
        told = "Say how many of the copies were found by people and how many by matching."
        remarks.add(review=review, section="impact", text=told, by=reader, at=at - DAY / 12)


def _approve(
    people: dict[str, User], review: Review, lesson: Lesson, began: datetime, at: datetime, number: int
) -> None:
    _finish(people, review, lesson, began, now=at)
    reviews.submit(review=review, by=_owner(review), at=min(began + 3 * DAY, at))
    reader = _approver(people, review, at)
    if reader is None:
        return
    approved_at = min(began + 5 * DAY, at)
    reviews.approve(review=review, by=reader, at=approved_at)
    for improvement, (_title, _kind, _priority, done) in zip(
        review.improvements.order_by("added_at", "due_on"), lesson.improvements, strict=True
    ):
        _see_through(improvement, done, approved_at, at, number)


def _see_through(improvement, done: str, approved_at: datetime, at: datetime, number: int) -> None:
    """Done where the lesson says so and there was time; else under way, or not begun."""
    told = {"improvement": improvement, "by": improvement.owner}
    settled_at = min(approved_at + 8 * DAY, at)
    if done and (at - approved_at) > 6 * DAY:
        is_dropped = done.startswith("Out of proportion")
        to = ImprovementState.DROPPED if is_dropped else ImprovementState.DONE
        improvements.move(to=to, outcome=done, at=settled_at, **told)
    elif number % 2:
        improvements.move(to=ImprovementState.IN_PROGRESS, at=settled_at, **told)


def _approver(people: dict[str, User], review: Review, at: datetime) -> User | None:
    able = [people[name] for name in APPROVERS if people[name] != _owner(review)]
    return next((person for person in able if readers.may_know(person, review.incident, at=at)), None)
