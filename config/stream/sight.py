"""Who may hear of what: the visibility predicate's answer for one listener, kept for at most a minute. The
session is read by hand, as Django's middleware would read it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import connections
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

from accounts import clock
from accounts.models import AccessProfile, User
from accounts.poke import ACCESS, channel_for
from incidents.actions.live import CHANNEL as INCIDENTS
from incidents.models import Incident

PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one listener may hear of: every incident under `profiles`, those in `incidents` (ids) by grant, and
    who comes and goes in `rooms` (codes)."""

    person_id: int
    profiles: frozenset[int] = frozenset()
    incidents: frozenset[int] = frozenset()
    rooms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Poke:
    """What came from Redis: a channel, and what was said there."""

    channel: str
    about: dict

    @classmethod
    def read(cls, channel: str, said: str) -> "Poke":
        return cls(channel, json.loads(said) if channel in {INCIDENTS, PRESENCE} else {"kind": said})

    def is_about_access_of(self, sight: Sight) -> bool:
        return self.channel == channel_for(sight.person_id) and self.about["kind"] == ACCESS

    def words_for(self, sight: Sight) -> str | None:
        """What a listener with this sight is told: a kind, and a code where there is one. None: nothing."""
        about = self.about
        if self.channel == INCIDENTS:
            seen = about["profile"] in sight.profiles or about["pk"] in sight.incidents
            return f"{about['kind']} {about['code']}" if seen else None
        if self.channel == PRESENCE:
            # Nobody is shown themselves.
            seen = about["code"] in sight.rooms and about["person"] != sight.person_id
            return f"presence {about['code']}" if seen else None
        own = self.channel == channel_for(sight.person_id) and about["kind"] != ACCESS
        return about["kind"] if own else None


def look(asked: list[tuple[str, frozenset[str]]]) -> list[Sight | None]:
    """What each (cookie, codes of open rooms) may hear of; None for whoever is not signed in. In a thread of
    its own, on one connection that is given back."""
    try:
        sessions = [_session_of(cookie) for cookie, _ in asked]
        ids = {session.get(SESSION_KEY) for session in sessions}
        people = {
            str(person.pk): person
            for person in User.objects.active().filter(pk__in=ids - {None}).with_holdings()
        }
        at = clock.now()
        return [
            _sight_of(person, rooms, at) if person and _is_signed_in(person, session) else None
            for (_, rooms), session in zip(asked, sessions, strict=True)
            for person in [people.get(session.get(SESSION_KEY, ""))]
        ]
    finally:
        connections.close_all()


def _sight_of(person: User, rooms: frozenset[str], at: datetime) -> Sight:
    subject = person.subject(at=at)
    open_ids, by_grant = AccessProfile.objects.split_for(subject, "view")
    granted: Iterable[int] = ()
    seen: Iterable[str] = ()
    if by_grant or rooms:
        visible = Incident.objects.visible_to(subject)
        granted = visible.filter(profile__in=by_grant).values_list("pk", flat=True)
        seen = visible.filter(code__in=rooms).values_list("code", flat=True)
    return Sight(person.pk, frozenset(open_ids), frozenset(granted), frozenset(seen))


def _session_of(cookie: str) -> SessionBase:
    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME)
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _is_signed_in(person: User, session: SessionBase) -> bool:
    """As Django itself would decide."""
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
