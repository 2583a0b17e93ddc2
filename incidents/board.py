"""What the queue shows: its groups a page at a time, how many stand behind each chip, and the addresses that lead
from one choice of filters to the next."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.subject import Subject
from incidents import cursors
from incidents.choices import Severity
from incidents.filters import CHIPS, QueueFilter, stages
from incidents.models import Incident
from incidents.querysets import IncidentQuerySet
from incidents.transitions import STAGES

# Rows of one group shown at once; the rest is a press away.
PAGE = 200
QUEUE_KEY = (int, datetime, str)
ENDED_KEY = (datetime, str)


@dataclass
class Group:
    """Rows under one heading: `triage`, `under-way` or `ended`. `total` counts those not shown as well; `more` is
    the cursor of the next page, empty on the last."""

    name: str
    incidents: list[Incident]
    total: int
    more: str = ""
    onward: str = ""


@dataclass(frozen=True)
class Chip:
    """One value of a filter as a link that turns it on or off, with how many incidents it stands for."""

    value: int | str
    label: str
    address: str
    chosen: bool
    count: int | None = None


@dataclass
class Board:
    """The queue as one person asks for it. Reads nothing before it is asked."""

    asked: QueryDict
    subject: Subject
    trouble: list[str] = field(default_factory=list)

    @cached_property
    def ended(self) -> bool:
        return self.asked.get("view") == "ended"

    @cached_property
    def visible(self) -> IncidentQuerySet:
        seen = Incident.objects.visible_to(self.subject)
        return seen.ended() if self.ended else seen.open()

    @cached_property
    def filter(self) -> QueueFilter:
        managing = User.objects.filter(managed_incidents__in=self.visible).exclude(pk=self.subject.person_id)
        people = managing.distinct().order_by("name", "pk")
        return QueueFilter(
            self.asked, self.visible, subject=self.subject, ended=self.ended, managers=list(people)
        )

    @cached_property
    def groups(self) -> list[Group]:
        """Those the filters leave anything to be in; the one group whose next page was asked for, alone."""
        names = [self.page_of] if self.page_of else self.names
        return [self._group(name) for name in names if self._wanted(name)]

    @cached_property
    def page_of(self) -> str:
        """The group whose further page was asked for, else empty."""
        group = self.asked.get("group", "")
        return group if "after" in self.asked and group in self.names else ""

    @property
    def names(self) -> tuple[str, ...]:
        return ("ended",) if self.ended else ("triage", "under-way")

    @property
    def first(self) -> Incident | None:
        return next((incident for group in self.groups for incident in group.incidents), None)

    def following(self, code: str) -> str:
        """The code of the row after one; before it at the end; empty when nothing else is left."""
        codes = [incident.code for group in self.groups for incident in group.incidents]
        if code not in codes:
            return ""
        at = codes.index(code)
        return next(iter(codes[at + 1 : at + 2] or codes[max(at - 1, 0) : at]), "")

    @cached_property
    def chips(self) -> dict[str, list[Chip]]:
        return {
            "severity": [self._chip("severity", s.value, str(s.label)) for s in Severity],
            "stage": [self._chip("stage", value, str(label)) for value, label in stages(ended=self.ended)],
        }

    @property
    def chosen(self) -> list[Chip]:
        """What was chosen by a field: each as a link that takes it away."""
        told = {name: values[0] for name, values in self.filter.told.items() if name not in CHIPS}
        return [Chip(value, self._words(name, value), self.address(**{name: []}), True)
                for name, value in told.items()]  # fmt: skip

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filter.told)

    @property
    def other_view(self) -> str:
        """The same filters over what has ended instead of what is open, or the other way about."""
        params = QueryDict(self._query({"stage": []}), mutable=True)
        if self.ended:
            del params["view"]
        else:
            params["view"] = "ended"
        return reverse("incidents") + ("?" + params.urlencode() if params else "")

    @property
    def cleared(self) -> str:
        """Without any filter."""
        return reverse("incidents") + ("?view=ended" if self.ended else "")

    @cached_property
    def query(self) -> str:
        """The filters as the part of the address after the question mark."""
        return self._query({})

    def address(self, **changes: list[str] | str) -> str:
        query = self._query(changes)
        return reverse("incidents") + ("?" + query if query else "")

    @property
    def complaints(self) -> list[str]:
        self.groups  # noqa: B018  only reading a page tells whether its cursor was good
        return self.filter.complaints + self.trouble

    def _query(self, changes: dict) -> str:
        params = QueryDict(mutable=True)
        if self.ended:
            params["view"] = "ended"
        for name, values in {**self.filter.told, **changes}.items():
            params.setlist(name, [values] if isinstance(values, str) else values)
        return params.urlencode()

    def _chip(self, name: str, value: int | str, label: str) -> Chip:
        told = self.filter.told.get(name, [])
        chosen = str(value) in told
        changed = [one for one in told if one != str(value)] if chosen else [*told, str(value)]
        return Chip(value, label, self.address(**{name: changed}), chosen, self._counts[name][value])

    @cached_property
    def _counts(self) -> dict[str, Counter]:
        """How many incidents each chip would show, given every other filter; and of each stage in what is shown."""
        told = self.filter.told
        counts: dict[str, Counter] = {name: Counter() for name in (*CHIPS, "shown")}
        table = self.filter.narrowed(self.visible, without=CHIPS).order_by().values_list("severity", "stage")
        for severity, stage, number in table.annotate(Count("pk")):
            is_severity = str(severity) in told.get("severity", [str(severity)])
            is_stage = stage in told.get("stage", [stage])
            counts["severity"][severity] += number * is_stage
            counts["stage"][stage] += number * is_severity
            counts["shown"][stage] += number * is_severity * is_stage
        return counts

    def _group(self, name: str) -> Group:
        rows = self.filter.qs.select_related("incident_manager", "acknowledged_by")
        if name == "ended":
            rows = self._from(rows.latest_ended(), rows.latest_ended().ended_before, ENDED_KEY)
        else:
            rows = (rows.in_triage() if name == "triage" else rows.under_way()).queue_order()
            rows = self._from(rows, rows.further_down, QUEUE_KEY)
        found = list(rows[: PAGE + 1])
        total = sum(n for stage, n in self._counts["shown"].items() if self._belongs(stage, name))
        group = Group(name, found[:PAGE], total)
        if len(found) > PAGE:
            group.more = _key(found[PAGE - 1], name)
            group.onward = self.address(group=name, after=group.more)
        return group

    def _from(self, rows, further, shape):
        if not self.page_of:
            return rows
        key = cursors.unpacked(str(self.asked["after"]), shape)
        if key is None:
            self.trouble.append(_("That page of the list is not there any more; this is the first."))
            return rows
        return further(*key)

    def _wanted(self, name: str) -> bool:
        told = self.filter.told.get("stage")
        return told is None or any(self._belongs(stage, name) for stage in told)

    def _belongs(self, stage: str, name: str) -> bool:
        return name == "ended" or STAGES[stage].awaits_triage == (name == "triage")

    def _words(self, name: str, value: str) -> str:
        asked = self.filter.form.fields[name]
        if name == "q":
            return _("“%(words)s”") % {"words": value}
        shown = dict(getattr(asked, "choices", [])).get(value, value)
        return _("%(filter)s: %(value)s") % {"filter": asked.label, "value": shown}


def _key(incident: Incident, name: str) -> str:
    if name == "ended" and incident.ended_at is not None:
        return cursors.packed(incident.ended_at, incident.code)
    return cursors.packed(incident.severity, incident.declared_at, incident.code)
