"""Whatever a program sends in place of what was asked for, it is told so, and nothing breaks."""

import pytest
from django.db import transaction

GARBAGE = [None, 7, "x" * 3000, [None], {"x": 1}, 2**70]
WELL = {
    "rosters/": {"name": "N", "zone": "UTC", "depth": 1, "owner": "manager@cast.example", "is_paged": True,
                 "fallback": "duty", "holiday_site": "dublin", "holiday_depth": 1, "begins_at": "2030-01-01T00:00:00Z",
                 "ends_at": "2031-01-01T00:00:00Z", "require": [{"skill": "language:ru"}]},
    "rosters/duty/layers/": {"version": 1, "replaces": "primary", "since": None, "layer": {
        "name": "L", "rank": 1, "duty": "primary", "anchor_on": "2030-01-01", "handoff_time": "09:00",
        "turn": {"n": 1, "unit": "day"}, "working_days": None, "window": None, "ends_on": None,
        "participants": [["manager@cast.example"]]}},
    "rosters/duty/layers/end/": {"version": 1, "name": "primary", "since": None},
    "overrides/": {"roster": "duty", "kind": "add", "person": None, "by": "manager@cast.example", "duty": "",
                   "starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-02T00:00:00Z", "reason": "",
                   "acknowledge": True},
    "swaps/": {"to": "specialist@cast.example", "note": "", "in_return": [], "give": [
        {"roster": "duty", "starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-02T00:00:00Z"}]},
    "time-off/": {"person": "manager@cast.example", "note": "", "starts_at": "2030-01-01T00:00:00Z",
                  "ends_at": "2030-01-02T00:00:00Z"},
}  # fmt: skip


@pytest.mark.parametrize("path", WELL)
def test_no_field_takes_what_it_cannot_mean(call, cast, chief, path):
    cast.token(chief), cast.token(cast.on_duty)
    well = WELL[path]
    for body in [well, *spoilt(well), *(garbage for garbage in GARBAGE if garbage is not None)]:
        with transaction.atomic():
            answer = call("post", path, body, by=cast.on_duty if path == "swaps/" else chief)
            transaction.set_rollback(True)
        assert answer.status_code in ({201, 204} if body is well else {201, 204, 400, 409}), body
        if answer.status_code == 400:
            told = answer.json()
            assert told.get("errors") or not isinstance(body, dict), body


def spoilt(well):
    """The body with one field after another, also those inside of others, taken by garbage."""
    for name, value in well.items():
        yield from ({**well, name: garbage} for garbage in GARBAGE)
        if isinstance(value, dict):
            yield from ({**well, name: inner} for inner in spoilt(value))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ({**well, name: [inner]} for inner in spoilt(value[0]))


@pytest.mark.parametrize(
    "path",
    ["on-duty/", "rosters/", "rosters/duty/layers/", "rosters/duty/schedule/", "rosters/duty/coverage/", "overrides/",
     "swaps/", "time-off/", "ledger/shifts/", "ledger/pages/"],
)  # fmt: skip
def test_no_address_takes_what_it_cannot_mean(call, path):
    for name in ("cursor", "at", "starts_at", "ends_at", "roster", "person", "state", "bundle"):
        for value in ("", "\0", "x" * 3000, "-1", "9999-12-31T23:59:59Z"):
            answer = call("get", path, **{name: value})
            assert (answer.status_code, "errors" in answer.json()) == (400, True), (name, value)
