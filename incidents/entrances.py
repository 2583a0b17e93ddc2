"""The doors of an integration: which addresses each has, how a sender shows its key there, and what each sender
needs to be answered so that it tries again when it should. One table for the API, the screens and their tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.choices import Source
from incidents.doors import Event, alertmanager, events_v1, events_v2, notification
from incidents.models import IntakeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """`kept` is the status for an event that is durable, `busy` for one over the rate, `stranger` for a key nobody
    has. `key_field` is where the body holds the key and `dedup_field` the name its sender gives to its own; without
    a `key_field` the key comes in a header or at the end of the address. `routes` are named addresses."""

    code: str
    read: Callable[[dict[str, Any]], Event]
    source: Source
    routes: tuple[str, ...]
    keyed_route: str = ""
    key_field: str = ""
    dedup_field: str = "dedup_key"
    kept: int = 200
    busy: int = 503
    stranger: int = 401
    sample: dict[str, Any]
    about: str | Promise

    @property
    def name(self) -> str:
        return str(IntakeRecord.Door(self.code).label)


_HOW_TO_KEY = _(
    "The key as a bearer token, as the password of basic authentication, or at the end of the address."
)

ENTRANCES = {
    entrance.code: entrance
    for entrance in (
        Entrance(
            code=IntakeRecord.Door.EVENTS_V2,
            read=events_v2.read,
            source=Source.EVENTS,
            routes=("events", "events_prefixed"),
            key_field="routing_key",
            kept=202,
            busy=429,
            stranger=400,
            sample=events_v2.SAMPLE,
            about=_("The key as routing_key. The second address is for programs that need a path before it."),
        ),
        Entrance(
            code=IntakeRecord.Door.EVENTS_V1,
            read=events_v1.read,
            source=Source.EVENTS,
            routes=("events_v1",),
            key_field="service_key",
            dedup_field="incident_key",
            busy=403,  # what senders of this version wait and try again after
            stranger=400,
            sample=events_v1.SAMPLE,
            about=_("The key as service_key, for older programs."),
        ),
        Entrance(
            code=IntakeRecord.Door.ALERTMANAGER,
            read=alertmanager.read,
            source=Source.ALERTMANAGER,
            routes=("alertmanager",),
            keyed_route="alertmanager_keyed",
            sample=alertmanager.SAMPLE,
            about=_HOW_TO_KEY,
        ),
        Entrance(
            code=IntakeRecord.Door.GRAFANA,
            read=alertmanager.read,
            source=Source.GRAFANA,
            routes=("grafana",),
            keyed_route="grafana_keyed",
            sample=alertmanager.GRAFANA_SAMPLE,
            about=_HOW_TO_KEY,
        ),
        Entrance(
            code=IntakeRecord.Door.NOTIFICATION,
            read=notification.read,
            source=Source.NOTIFICATION,
            routes=("notification",),
            keyed_route="notification_keyed",
            sample=notification.SAMPLE,
            about=_("For Apprise, as json:// or jsons:// in place of http:// or https://."),
        ),
    )
}
