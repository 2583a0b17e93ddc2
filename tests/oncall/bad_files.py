"""Roster files of which one field cannot be meant, and texts that are no document, each with what is named."""

from copy import deepcopy

WHOLE = {
    "zone": "America/Chicago",
    "depth": 1,
    "layers": [
        {
            "name": "L1",
            "rank": 1,
            "anchor_on": "2024-08-05",
            "handoff_time": "09:00",
            "turn": {"n": 1, "unit": "week"},
            "working_days": ["MO", "TU"],
            "window": {"start": "20:00", "end": "08:00"},
            "ends_on": None,
            "participants": [["p1"], ["p2", "p3"]],
        },
        {
            "name": "L2",
            "rank": 2,
            "anchor_on": "2024-08-05",
            "handoff_time": "09:00",
            "turn": {"n": 2, "unit": "day"},
            "participants": [["p4"]],
        },
    ],
    "overrides": [
        {
            "kind": "replace",
            "person": "p1",
            "by": "p2",
            "starts_at": "2026-03-02T08:00:00Z",
            "ends_at": "2026-03-02T12:00:00Z",
        }
    ],
    "time_off": [{"person": "p3", "starts_at": "2026-03-04T00:00:00Z", "ends_at": "2026-03-06T00:00:00Z"}],
    "swaps": [
        {
            "from": "p1",
            "to": "p3",
            "starts_at": "2026-03-09T00:00:00Z",
            "ends_at": "2026-03-10T00:00:00Z",
            "accepted": False,
        }
    ],
    "people": {"p1": {"clearances": ["csea"], "languages": ["ru"], "reachable": True}},
    "require": [{"skill": "language:ru", "count": 1, "window": {"start": "08:00", "end": "20:00"}}],
}


class _TakenOut:
    def __repr__(self):
        return "taken out"


TAKEN_OUT = _TakenOut()

# (where, what stands there, the field that is named)
BAD = [
    ("zone", "Mars/Olympus", "zone"),
    ("zone", "../../etc/passwd", "zone"),
    ("zone", "America", "zone"),
    ("zone", None, "zone"),
    ("zone", 7, "zone"),
    ("zone", TAKEN_OUT, "zone"),
    ("depth", -1, "depth"),
    ("depth", 1.5, "depth"),
    ("depth", True, "depth"),
    ("depth", 10**9, "depth"),
    ("layers", TAKEN_OUT, "layers"),
    ("layers", {}, "layers"),
    ("layers", [7], "layers[0]"),
    ("layers.1.name", "L1", "layers[1].name"),
    ("layers.0.name", "", "layers[0].name"),
    ("layers.0.name", "  ", "layers[0].name"),
    ("layers.0.name", "a\nb", "layers[0].name"),
    ("layers.0.name", "\x00", "layers[0].name"),
    ("layers.0.name", "\ud800", "layers[0].name"),
    ("layers.0.name", "x" * 81, "layers[0].name"),
    ("layers.0.name", "override", "layers[0].name"),
    ("layers.0.rank", -1, "layers[0].rank"),
    ("layers.0.rank", "1", "layers[0].rank"),
    ("layers.0.rank", 10**9, "layers[0].rank"),
    ("layers.0.duty", "tertiary", "layers[0].duty"),
    ("layers.0.anchor_on", "2024-13-05", "layers[0].anchor_on"),
    ("layers.0.anchor_on", "2024-08-05T00:00:00Z", "layers[0].anchor_on"),
    ("layers.0.anchor_on", "2024-W10-1", "layers[0].anchor_on"),
    ("layers.0.anchor_on", "1066-10-14", "layers[0].anchor_on"),
    ("layers.0.anchor_on", 20240805, "layers[0].anchor_on"),
    ("layers.0.anchor_on", TAKEN_OUT, "layers[0].anchor_on"),
    ("layers.0.handoff_time", "9 o'clock", "layers[0].handoff_time"),
    ("layers.0.handoff_time", "24:00", "layers[0].handoff_time"),
    ("layers.0.handoff_time", TAKEN_OUT, "layers[0].handoff_time"),
    ("layers.0.turn", TAKEN_OUT, "layers[0].turn"),
    ("layers.0.turn", "week", "layers[0].turn"),
    ("layers.0.turn.n", 0, "layers[0].turn.n"),
    ("layers.0.turn.n", -1, "layers[0].turn.n"),
    ("layers.0.turn.n", 0.5, "layers[0].turn.n"),
    ("layers.0.turn.n", 10**6, "layers[0].turn.n"),
    ("layers.0.turn.n", TAKEN_OUT, "layers[0].turn.n"),
    ("layers.0.turn.unit", "fortnight", "layers[0].turn.unit"),
    ("layers.0.turn.length", 7, "layers[0].turn.length"),
    ("layers.0.working_days", [], "layers[0].working_days"),
    ("layers.0.working_days", "MO", "layers[0].working_days"),
    ("layers.0.working_days.1", "MON", "layers[0].working_days[1]"),
    ("layers.0.working_days.1", [], "layers[0].working_days[1]"),
    ("layers.0.window", "20:00-08:00", "layers[0].window"),
    ("layers.0.window.start", "25:00", "layers[0].window.start"),
    ("layers.0.window.start", "24:00", "layers[0].window.start"),
    ("layers.0.window.start", "8pm", "layers[0].window.start"),
    ("layers.0.window.start", "T0900", "layers[0].window.start"),
    ("layers.0.window.start", "9:00", "layers[0].window.start"),
    ("layers.0.window.start", "20:00Z", "layers[0].window.start"),
    ("layers.0.window.start", 2000, "layers[0].window.start"),
    ("layers.0.window.end", "20:60", "layers[0].window.end"),
    ("layers.0.window.end", "", "layers[0].window.end"),
    ("layers.0.window.end", TAKEN_OUT, "layers[0].window.end"),
    ("layers.0.window.ends", "08:00", "layers[0].window.ends"),
    ("layers.0.ends_on", "2024-08-05", "layers[0].ends_on"),
    ("layers.0.ends_on", "2023-01-01", "layers[0].ends_on"),
    ("layers.0.ends_on", "never", "layers[0].ends_on"),
    ("layers.0.participants", [], "layers[0].participants"),
    ("layers.0.participants", None, "layers[0].participants"),
    ("layers.0.participants", TAKEN_OUT, "layers[0].participants"),
    ("layers.0.participants", "p1", "layers[0].participants"),
    ("layers.0.participants", [[f"p{n}"] for n in range(10_000)], "layers[0].participants"),
    ("layers.0.participants", [[f"p{n}" for n in range(10_000)]], "layers[0].participants"),
    ("layers.0.participants.1", [], "layers[0].participants[1]"),
    ("layers.0.participants.1", "p1", "layers[0].participants[1]"),
    ("layers.0.participants.1", ["p1", "p1"], "layers[0].participants[1]"),
    ("layers.0.participants.1", [7], "layers[0].participants[1]"),
    ("layers.0.effective_from", "2026-03-02", "layers[0].effective_from"),
    ("layers.0.effective_until", "2026-03-02T00:00:00", "layers[0].effective_until"),
    ("layers.0.handoff", "09:00", "layers[0].handoff"),
    ("layer", [], "layer"),
    ("overrides", {}, "overrides"),
    ("overrides", [{}] * 5001, "overrides"),
    ("overrides.0.kind", "swap", "overrides[0].kind"),
    ("overrides.0.kind", TAKEN_OUT, "overrides[0].kind"),
    ("overrides.0.kind", "remove", "overrides[0].by"),
    ("overrides.0.by", None, "overrides[0].by"),
    ("overrides.0.person", 7, "overrides[0].person"),
    ("overrides.0.duty", "tertiary", "overrides[0].duty"),
    ("overrides.0.starts_at", "2026-03-02T08:00:00", "overrides[0].starts_at"),
    ("overrides.0.starts_at", "2026-03-02", "overrides[0].starts_at"),
    ("overrides.0.starts_at", "yesterday", "overrides[0].starts_at"),
    ("overrides.0.starts_at", 1772438400, "overrides[0].starts_at"),
    ("overrides.0.starts_at", "0001-01-01T00:00:00+14:00", "overrides[0].starts_at"),
    ("overrides.0.ends_at", "2026-03-02T08:00:00Z", "overrides[0].ends_at"),
    ("overrides.0.ends_at", "2026-03-02T07:00:00Z", "overrides[0].ends_at"),
    ("overrides.0.ends_at", TAKEN_OUT, "overrides[0].ends_at"),
    ("overrides.0.until", "2026-03-02T07:00:00Z", "overrides[0].until"),
    ("time_off.0.person", None, "time_off[0].person"),
    ("time_off.0.starts_at", "2026-03-04T00:00:00", "time_off[0].starts_at"),
    ("time_off.0.ends_at", "2026-03-03T00:00:00Z", "time_off[0].ends_at"),
    ("time_off.0.reason", "beach", "time_off[0].reason"),
    ("swaps.0.to", "p1", "swaps[0].to"),
    ("swaps.0.from", None, "swaps[0].from"),
    ("swaps.0.accepted", "yes", "swaps[0].accepted"),
    ("swaps.0.ends_at", "2026-03-08T00:00:00Z", "swaps[0].ends_at"),
    ("people", [], "people"),
    ("people", {"\x00": {}}, "people"),
    ("people.p1", [], "people.p1"),
    ("people.p1.reachable", "no", "people.p1.reachable"),
    ("people.p1.languages", "ru", "people.p1.languages"),
    ("people.p1.phone", "1", "people.p1.phone"),
    ("require", {}, "require"),
    ("require.0.skill", "ru", "require[0].skill"),
    ("require.0.skill", "language:", "require[0].skill"),
    ("require.0.count", 0, "require[0].count"),
    ("require.0.window.end", "20", "require[0].window.end"),
    ("slug", "our duty", "slug"),
    ("name", "x" * 81, "name"),
    ("holidays", {"site": 7}, "holidays.site"),
    ("holidays", {"site": "dublim"}, "holidays.site"),
    ("zone", "localtime", "zone"),
    ("zone", "right/UTC", "zone"),
    ("holidays", {"site": "dublin", "depth": -1}, "holidays.depth"),
    ("holidays", {"site": "dublin", "dept": 1}, "holidays.dept"),
    ("begins_at", "2026-03-04T00:00:00", "begins_at"),
]
TEXTS = [
    ("", "file", "an object"),
    ("7", "file", "an object"),
    ('["zone"]', "file", "an object"),
    ('{"zone": "UTC", "layers": [}', "line 1", "neither JSON nor YAML"),
    ("zone: UTC\nlayers: [\n", "line 3", "neither JSON nor YAML"),
    ("zone: UTC\n\tlayers: []\n", "line 2", "neither JSON nor YAML"),
    ("zone: &zone UTC\nlayers: []\nname: *zone\n", "line 3", "aliases"),
    ("zone: !!python/object/apply:os.system [ls]\n", "line 1", "tag"),
    ("zone: !!int x\n", "line 1", "tag"),
    ("zone: UTC\nzone: Europe/Dublin\nlayers: []\n", "line 2", "twice"),
    ('{"zone": "UTC", "zone": "Europe/Dublin", "layers": []}', "file", "twice"),
    ("? [zone]\n: UTC\n", "line 1", "word"),
    ('{"zone": "UTC", "layers": [], "depth": NaN}', "depth", "whole number"),
    ('{"zone": "UTC", "layers": [], "depth": ' + "9" * 5000 + "}", "file", "too large"),
    ("[" * 100_000, "file", "nested"),
    ("- " * 100_000, "file", "nested"),
    (" " * 2_000_001, "file", "two million"),
    ("require:\n" + "- {a: b}\n" * 40_000, "file", "as JSON"),
    ('zone: UTC\nname: "\\UFFFFFFFF"\nlayers: []\n', "file", "does not exist"),
    ("zone: UTC\nlayers: []\n--- \nzone: UTC\n", "line 3", "neither JSON nor YAML"),
]


def changed(where, what):
    """The whole file with something else at one place."""
    data = deepcopy(WHOLE)
    *way, last = (int(step) if step.isdigit() else step for step in where.split("."))
    place = data
    for step in way:
        place = place[step]
    if what is TAKEN_OUT:
        del place[last]
    else:
        place[last] = what
    return data
