"""Expected refusals. An action that may not go on raises a subclass with a sentence for the person; views
show it at the form or as 409, the API as problem JSON."""

from typing import Any


class Refused(Exception):  # noqa: N818  it reads as a fact: "the merge was refused"
    """`str()` is a translated sentence that says what to do."""

    def told(self) -> dict[str, Any]:
        """What a machine is told beside the sentence."""
        return {}
