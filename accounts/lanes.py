"""One pair of hands for one kind of work in this process. However often they are asked while they are busy, they look
once more when they are done: a thousand nudges cost one look, a process that is killed has one message in flight
on a channel, and a provider that hangs holds one thread."""

import threading
from collections import defaultdict
from collections.abc import Callable

# Does what there is to do; in how many seconds there will be more, or None.
Work = Callable[[], float | None]


class Lane:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked = False
        self._busy = False

    def ask(self, work: Work) -> bool:
        """Do `work` until nobody asks and none is left, here and now; or, while somebody else here is at it, see to it
        that they look again. Whether this thread did it."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()
            if self._busy:
                return False
            self._busy = True
        try:
            while self._is_wanted():
                self._await(work())
        except BaseException:
            with self._changed:
                self._busy = False
            raise
        return True

    def _is_wanted(self) -> bool:
        """Asked again; otherwise the hands are free from here on, in the same breath."""
        with self._changed:
            wanted, self._asked = self._asked, False
            self._busy = wanted
            return wanted

    def _await(self, seconds: float | None) -> None:
        """Stay for what comes within that time, unless somebody asks earlier."""
        if seconds is not None:
            with self._changed:
                self._changed.wait_for(lambda: self._asked, timeout=max(seconds, 0.0))
                self._asked = True


_lanes: defaultdict[str, Lane] = defaultdict(Lane)
_making = threading.Lock()


def lane(name: str) -> Lane:
    """The one of that name in this process."""
    with _making:
        return _lanes[name]
