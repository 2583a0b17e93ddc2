"""Who has a room open just now. The stream's process writes it down in Redis and forgets it by itself; it is a
courtesy to those in the room, and decides nothing."""

from typing import cast

from accounts.models import User
from accounts.poke import ask_redis

# Both sides go by Redis's own clock: two machines that disagree would otherwise empty every room.
_STILL_HERE = "return redis.call('ZRANGEBYSCORE', KEYS[1], redis.call('TIME')[1], '+inf')"


def key_for(room: str) -> str:
    """A sorted set: member `<person id>:<connection>`, score the second it stops counting."""
    return f"presence:{room}"


def person_of(member: bytes) -> int:
    return int(member.partition(b":")[0])


def people_in(room: str, *, but: int | None = None) -> list[User]:
    """Everyone in the room besides `but`, by name; nobody while Redis is away. At most one query."""
    members = cast(
        "list[bytes]",
        ask_redis(lambda client: client.eval(_STILL_HERE, 1, key_for(room)), otherwise=[]),
    )
    ids = {person_of(member) for member in members} - {but}
    return list(User.objects.active().filter(pk__in=ids).order_by("name", "pk")) if ids else []
