"""A report on its way in, in one shape whatever the door, and what the rubric says of it."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import datetime

from accounts.models import User
from incidents import severity
from incidents.choices import Mode
from incidents.models import Integration
from incidents.taxonomy import HARM_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Already validated. `content` rows are `{"platform_id"}` or `{"url"}`;
    `least_severity` is a floor the source asks for (0-4), `rule_floor` one that a mapping rule does, with the
    rule's words."""

    source: str
    principal: str
    title: str
    harm_type: str
    description: str = ""
    region: str = ""
    language: str = ""
    severity_inputs: dict[str, int] = field(default_factory=dict)
    content: list[dict[str, str]] = field(default_factory=list)
    deadline_at: datetime | None = None
    deadline_words: str = ""
    mode: str = Mode.LIVE
    reporter: User | None = None
    integration: Integration | None = None
    idempotency_key: str | None = None
    dedup_key: str = ""
    least_severity: int | None = None
    rule_floor: tuple[int, str] | None = None
    raw: dict = field(default_factory=dict)

    def digest(self) -> str:
        """Tells a repeated request from another one under the same key."""
        told = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"reporter", "integration"}
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def assess(submission: Submission, *, at: datetime) -> severity.Assessment:
    """The rubric over what was given, the harm type's assumptions for the rest, and every floor that holds."""
    harm = HARM_TYPES[submission.harm_type]
    floors: list[severity.Floor | None] = []
    if harm.floor is not None:
        floors.append(severity.Floor("harm_type", harm.floor, harm.code))
    if submission.deadline_at is not None:
        floors.append(severity.deadline_floor(deadline_at=submission.deadline_at, at=at))
    if submission.least_severity is not None:
        floors.append(severity.Floor("source", submission.least_severity, submission.source))
    if submission.rule_floor is not None:
        floors.append(severity.Floor("rule", *submission.rule_floor))
    return severity.assess(
        given=submission.severity_inputs,
        assumed=harm.assumed,
        floors=[floor for floor in floors if floor is not None],
    )
