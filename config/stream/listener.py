"""One browser: what it may hear of, and what it has not been told yet."""

import asyncio
import secrets

from config.stream.sight import Sight

MOST_PENDING = 64
ALL = "all"  # more changed than is worth naming


class Listener:
    """`asked` are the codes of the rooms its tabs show; `sight.rooms` are those of them it may."""

    def __init__(self, cookie: str, asked: frozenset[str], sight: Sight, looked_at: float) -> None:
        self.cookie, self.asked, self.sight, self.looked_at = cookie, asked, sight, looked_at
        self.member = f"{sight.person_id}:{secrets.token_hex(4)}"
        self.gone = False
        self._pending: dict[str, None] = {}
        self._something = asyncio.Event()

    def tell(self, words: str) -> None:
        """Each thing once, however often it happens before the browser has taken it."""
        self._pending[words] = None
        if len(self._pending) > MOST_PENDING:
            self._pending = {ALL: None}
        self._something.set()

    def end(self) -> None:
        self.gone = True
        self._something.set()

    def ping(self) -> None:
        self._something.set()

    async def words(self) -> list[str]:
        """What there is to tell, waiting for it; nothing when it is only time for a sign of life."""
        await self._something.wait()
        self._something.clear()
        told, self._pending = list(self._pending), {}
        return told
