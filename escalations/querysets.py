"""Reads of policies, escalations and pages, in the domain's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from accounts.subject import Subject
from escalations import coverage
from incidents.choices import Mode, Region, Severity, Source
from incidents.models import Incident
from incidents.taxonomy import HARM_TYPES

if TYPE_CHECKING:
    from escalations.models import Route


class EscalationPolicyQuerySet(models.QuerySet):
    def with_steps(self) -> EscalationPolicyQuerySet:
        """Everything a policy's sentences read, in a constant number of queries for any number of policies."""
        named = self.select_related("fallback")
        return named.prefetch_related("steps__targets__roster", "steps__targets__person").order_by(
            "name", "pk"
        )


class RouteQuerySet(models.QuerySet["Route"]):
    def choose(self, incident: Incident) -> Route | None:
        """The first route, in order, whose every condition the incident meets. It came by the door of the report that
        opened it."""
        case = coverage.Case(
            incident.severity, incident.harm_type, region=incident.region, language=incident.language
        )
        fit = self.select_related("policy")._fit(case)
        first = fit.first()
        if first is None or not first.sources:
            return first
        door = incident.reports.order_by("-opened", "pk").values_list("source", flat=True).first()
        return fit._for("sources", door or "").first()

    def fitting(self, case: coverage.Case) -> Route | None:
        """The first route, in order, whose every condition the case meets."""
        return self.select_related("policy__fallback")._fit(case)._for("sources", case.source).first()

    def _fit(self, case: coverage.Case) -> RouteQuerySet:
        """Those whose conditions the case meets, whatever its source; in order."""
        fit = self.order_by("position")._for("severities", case.severity)._for("harm_types", case.harm_type)
        return fit._for("regions", case.region)._for("languages", case.language)

    def _for(self, condition: str, value: object) -> RouteQuerySet:
        """An empty condition holds for anything."""
        named = models.Q(**{f"{condition}__contains": [value]})
        return self.filter(models.Q(**{condition: []}) | named)

    def space(self, rules: Sequence[coverage.Conditions]) -> list[coverage.Values]:
        """Every severity, harm type, region, language and source an incident can have, as far as routes can tell: the
        empty text stands for a region or language that no route names."""
        regions = {*Region.values, ""}.union(*(rule[2] for rule in rules))
        languages = {""}.union(*(rule[3] for rule in rules))
        return [
            tuple(Severity.values),
            tuple(HARM_TYPES),
            tuple(sorted(regions)),
            tuple(sorted(languages)),
            tuple(Source.values),
        ]


class EscalationQuerySet(models.QuerySet):
    def open(self):
        """Still asking, or exhausted and still red: nobody has acknowledged."""
        return self.filter(state__in=["running", "exhausted"])

    def unanswered(self):
        """The policy's last word was reached and nobody has acknowledged. An exercise wakes nobody beyond its own."""
        red = self.filter(state="exhausted", incident__mode=Mode.LIVE)
        return red.order_by("incident__severity", "started_at")

    def for_panel(self, incident: Incident):
        """The incident's runs, newest first, each with its pages and every attempt to deliver them."""
        return (
            self.filter(incident=incident)
            .select_related("policy")
            .prefetch_related("pages__responder", "pages__reminded_by", "pages__handed_on__responder")
            .prefetch_related("pages__message__deliveries")
            .order_by("-pk")
        )

    def due(self, *, at: datetime):
        return self.filter(state="running", due_at__lte=at).order_by("due_at")

    def changing_hands(self, *, at: datetime):
        """Where a duty that was asked and has not answered may have been handed over."""
        return self.filter(handoff_at__lte=at).order_by("handoff_at")

    def not_picked_up(self, *, at: datetime):
        """Acknowledged, and nobody has accepted the incident in time."""
        return self.filter(pick_up_by__lte=at).order_by("pick_up_by")

    def claim(self, most: int = 1) -> list[int]:
        """The ids of the first of these that nobody else has in hand, locked. No more is read: a row that cannot
        be read must fail as itself and not as the question which comes next."""
        return list(self.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])

    def hold(self, pk: int | None) -> None:
        """Lock one run, where there is one: after its incident, and before any of its pages."""
        if pk is not None:
            self.select_for_update().values_list("pk", flat=True).get(pk=pk)


class PageQuerySet(models.QuerySet):
    def by_hand(self):
        """Asked for by somebody in the room, newest first, with the attempts to deliver them."""
        return self.exclude(asked_by=None).for_room().newest_first()

    def for_room(self):
        """With everything the room tells of a page, the attempts to deliver it among them."""
        named = self.select_related("responder", "asked_by", "reminded_by", "handed_on__responder")
        return named.select_related("incident", "message").prefetch_related("message__deliveries")

    def visible_to(self, subject: Subject):
        """A person sees the pages sent to them, while they may know of the incident."""
        mine = self.filter(responder=subject.person_id, incident__in=Incident.objects.visible_to(subject))
        people = ("responder", "asked_by", "reminded_by", "handed_on__responder")
        return mine.select_related("incident", *people)

    def told_by(self, message_id: UUID):
        """The page this message is, or the one that it says was taken back."""
        return self.filter(models.Q(message=message_id) | models.Q(notice=message_id))

    def waiting(self):
        return self.filter(state="waiting")

    def newest_first(self):
        return self.order_by("-created_at", "-pk")

    def worst_first(self):
        """What is real before tests and drills, then by severity, then whoever has waited longest."""
        for_real = models.Case(models.When(incident__mode=Mode.LIVE, then=0), default=1)
        return self.order_by(for_real, "incident__severity", "created_at", "pk")

    def not_in_ledger(self):
        """Answered, and the ledger has not heard of it; the oldest first."""
        return self.filter(state="acknowledged", in_ledger_at=None).order_by("ended_at")
