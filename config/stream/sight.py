"""Who may hear of what: the visibility predicate's answer for one listener, kept for at most a minute. The
session is read by hand, as Django's middleware would read it."""

import json
from dataclasses import dataclass
from http.cookies import SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
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
            return f"incident {about['code']}" if seen else None
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
        return [_sight_of(cookie, rooms) for cookie, rooms in asked]
    finally:
        connections.close_all()


def _sight_of(cookie: str, rooms: frozenset[str]) -> Sight | None:
    person = _signed_in(cookie)
    if person is None:
        return None
    subject = person.subject(at=clock.now())
    open_ids, by_grant = AccessProfile.objects.split_for(subject, "view")
    visible = Incident.objects.visible_to(subject)
    granted = visible.filter(profile__in=by_grant).values_list("pk", flat=True) if by_grant else ()
    seen = visible.filter(code__in=rooms).values_list("code", flat=True) if rooms else ()
    return Sight(person.pk, frozenset(open_ids), frozenset(granted), frozenset(seen))


def _signed_in(cookie: str) -> User | None:
    """The active person a session cookie stands for, as Django itself would decide."""
    morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    person = User.objects.active().filter(pk=session.get(SESSION_KEY)).first()
    if person is None or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    unchanged = constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    return person if unchanged else None
