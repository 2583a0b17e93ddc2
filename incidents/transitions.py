"""The stages of an incident and the moves between them. Behaviour hangs on a stage's flags, never on its
name. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    code: str
    is_open: bool = False  # somebody still has to do something
    awaits_triage: bool = False  # accept, merge or decline are due


STAGES = {
    stage.code: stage
    for stage in (
        Stage("triage", is_open=True, awaits_triage=True),
        Stage("active", is_open=True),
        Stage("contained", is_open=True),
        Stage("resolved"),
        Stage("closed"),
        Stage("declined"),
        Stage("merged"),
    )
}
OPEN_STAGES = frozenset(code for code, stage in STAGES.items() if stage.is_open)

# move -> (stages it may start from, stage it leads to)
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "accept": (frozenset({"triage"}), "active"),
    "decline": (frozenset({"triage"}), "declined"),
    "merge": (frozenset({"triage"}), "merged"),
    "contain": (frozenset({"active"}), "contained"),
    "resolve": (frozenset({"triage", "active", "contained"}), "resolved"),
    "close": (frozenset({"resolved"}), "closed"),
    "reopen": (frozenset({"resolved", "closed"}), "active"),
    "restore": (frozenset({"declined", "merged"}), "triage"),
}


class TransitionError(Exception):
    """The move does not start from this stage."""

    def __init__(self, move: str, stage: str):
        super().__init__(f"cannot {move} from {stage}")
        self.move, self.stage = move, stage


def after(stage: str, move: str) -> str:
    """The stage `move` leads to from `stage`. Raises `TransitionError`."""
    starts, target = MOVES[move]
    if stage not in starts:
        raise TransitionError(move, stage)
    return target
