"""`/metrics`, for Prometheus: the engine in figures, as any web process reads them from Postgres when it is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.views import APIView

from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest
from escalations import engine, figures
from escalations.models import Alarm


class MetricsView(APIView):
    permission_classes = (Holds,)

    def perform_content_negotiation(self, request: Any, force: bool = False) -> tuple[BaseRenderer, str]:
        """Prometheus asks for formats of its own, which the encoder chooses from; refusals are JSON."""
        return JSONRenderer(), JSONRenderer.media_type

    @extend_schema(
        operation_id="get_metrics", responses={(200, "text/plain"): OpenApiTypes.STR}, tags=["metrics"]
    )
    def get(self, request: CallerRequest) -> HttpResponse:
        """The engine in figures, in Prometheus's text format or OpenMetrics."""
        registry = CollectorRegistry()
        registry.register(Figures(request.subject.at))
        encode, kind = choose_encoder(request.headers.get("Accept", ""))
        return HttpResponse(encode(registry), content_type=kind)


class Figures(Collector):
    """Whatever is *of the last hour* is a gauge, for it goes down as well."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def describe(self) -> list[Metric]:
        """Nothing is asked before somebody collects."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._lanes()
        yield from self._outcomes()
        yield from self._paging()
        yield from self._health()
        yield from self._counters()

    def _lanes(self) -> Iterator[Metric]:
        standing = engine.look(at=self._at)
        oldest = _by("oldest_due_seconds", "Age of what has been due longest and is not done.", "lane")
        for lane, age in sorted(standing.oldest.items()):
            oldest.add_metric([lane], age.total_seconds())
        depth = _by("queue_deliveries", "Deliveries that wait, or are in hand.", "channel", "state")
        for channel, queue in figures.queues(at=self._at).items():
            for state, count in (("due", queue.due), ("later", queue.later), ("in_hand", queue.in_hand)):
                depth.add_metric([channel, state], count)
        beats = _by(
            "heartbeat_age_seconds", "How long a kind of process has given no sign of life.", "process"
        )
        for process, silent_for in sorted(standing.silent_for.items()):
            beats.add_metric([process], silent_for.total_seconds())
        failing = _by("sweeps_failing", "Sweeps that keep failing through a fault of ours.")
        failing.add_metric([], len(standing.failing))
        yield from (oldest, depth, beats, failing)

    def _outcomes(self) -> Iterator[Metric]:
        ended = _by("deliveries_last_hour", "Deliveries that ended in the last hour.", "channel", "state")
        for (channel, state), count in figures.ended(at=self._at).items():
            ended.add_metric([channel, state], count)
        silent = _by("unconfirmed_last_hour", "Taken by a provider that did not confirm in time.", "channel")
        counted = figures.unconfirmed(at=self._at)
        for channel in figures.CHANNELS:
            silent.add_metric([channel], counted.get(channel, 0))
        calls = _by("intake_calls_last_hour", "Calls at the doors for machines.", "door", "outcome")
        for door, outcome, count in figures.calls(at=self._at):
            calls.add_metric([door, outcome], count)
        yield from (ended, silent, calls)

    def _paging(self) -> Iterator[Metric]:
        first = figures.first_attempts(at=self._at)
        quantiles = _by("first_attempt_seconds", "Report accepted to first attempt, last hour.", "quantile")
        for quantile, seconds in (("0.5", first.p50), ("0.95", first.p95), ("0.99", first.p99)):
            if seconds is not None:
                quantiles.add_metric([quantile], seconds)
        yield quantiles
        yield _one("first_attempts_last_hour", "Runs whose first page was attempted.", first.count)
        yield _one("steps_fired_last_hour", "Steps that paged somebody.", figures.steps_fired(at=self._at))
        runs = figures.runs()
        by_state = _by("escalations", "Escalations that nobody has acknowledged.", "state")
        by_state.add_metric(["running"], runs.running)
        by_state.add_metric(["exhausted"], runs.exhausted)
        yield by_state
        yield _one(
            "escalations_set_aside", "Steps that could not be fired, and are tried again.", runs.set_aside
        )
        pages = _by("unacknowledged_pages", "Pages that wait for an answer.", "severity")
        for severity, count in figures.waiting_pages().items():
            pages.add_metric([f"SEV{severity}"], count)
        yield pages

    def _health(self) -> Iterator[Metric]:
        standing = set(Alarm.objects.filter(ended_at=None).values_list("kind", flat=True))
        alarms = _by("alarm", "1 while administrators are told that the engine is not well.", "kind")
        for kind in Alarm.Kind.values:
            alarms.add_metric([kind], int(kind in standing))
        yield alarms

    def _counters(self) -> Iterator[Metric]:
        last = figures.numbered()
        for name, what, count in (
            ("escalations_started", "Escalations begun", last.escalations),
            ("deliveries_planned", "Deliveries planned", last.deliveries),
            ("intake_calls", "Calls at the doors for machines", last.calls),
        ):
            about = f"{what}, by the last number given out: one that was not kept counts as well."
            yield CounterMetricFamily(f"watchfloor_{name}", about, value=count)


def _by(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"watchfloor_{name}", about, labels=labels)


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"watchfloor_{name}", about, value=value)
