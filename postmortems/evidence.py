"""Which timeline entries tell the story, and the groups a reader may narrow them to. Pure."""

from collections.abc import Iterable

# What a reader needs to follow the incident. What was sent to whom is evidence, but not the story.
STORY = frozenset(
    {
        "declared",
        "severity_raised",
        "severity_lowered",
        "exhausted",
        "acknowledged",
        "accepted",
        "manager_changed",
        "absorbed",
        "playbook_started",
        "decision",
        "update",
        "contained",
        "resolved",
        "reopened",
    }
)
GROUPS: dict[str, frozenset[str]] = {
    "story": STORY,
    "decisions": frozenset({"decision", "severity_lowered", "downgrade_asked", "downgrade_refused"}),
    "updates": frozenset({"update"}),
    "notes": frozenset({"note"}),
    "paging": frozenset(
        {
            "escalation_started",
            "paged",
            "paged_by_hand",
            "page_answered",
            "page_taken_back",
            "page_handed_on",
            "step_empty",
            "unreachable",
            "withheld",
            "exhausted",
            "acknowledged",
        }
    ),
    "tasks": frozenset({"playbook_started", "task_added", "task_done", "task_skipped", "task_reopened"}),
}


def groups_of(kind: str) -> list[str]:
    return [name for name, kinds in GROUPS.items() if kind in kinds]


def story(entries: Iterable) -> list:
    """The entries a draft is told from: the kinds above and whatever somebody pinned, less what was folded
    away."""
    return [entry for entry in entries if _is_told(entry)]


def _is_told(entry) -> bool:
    curation = getattr(entry, "curation", None)
    if curation is not None and (curation.hidden or curation.pinned):
        return not curation.hidden
    return entry.kind in STORY
