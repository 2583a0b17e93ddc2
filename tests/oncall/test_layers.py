"""What cannot be a rota, and which field the refusal names."""

from datetime import UTC, date, datetime, time

import pytest

from oncall.rota import Layer, Rota, RotaError, Turn, Window, final_schedule, on_duty
from tests.oncall.rosters import layer, rota, utc

GOOD = {
    "name": "L",
    "rank": 1,
    "anchor_on": date(2024, 8, 5),
    "handoff_time": time(9),
    "turn": Turn(1, "day"),
}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("duty", "tertiary"),
        ("handoff_time", time(9, tzinfo=UTC)),
        ("handoff_time", "09:00"),
        ("anchor_on", datetime(2024, 8, 5, tzinfo=UTC)),
        ("anchor_on", date(1492, 10, 12)),
        ("working_days", frozenset()),
        ("working_days", frozenset({7})),
        ("ends_on", date(2024, 8, 5)),
        ("groups", ()),
        ("groups", (("A",), ())),
        ("groups", (("A", "A"),)),
        ("groups", (("A",),) * 10_000),
        ("effective_from", datetime(2024, 8, 5)),  # noqa: DTZ001
        ("effective_until", datetime(1900, 8, 5, tzinfo=UTC)),
    ],
)
def test_a_layer_that_cannot_be_names_the_field(field, wrong):
    with pytest.raises(RotaError) as refused:
        Layer(**{"groups": (("A",),), **GOOD, field: wrong})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "build"),
    [
        ("turn.n", lambda: Turn(0, "day")),
        ("turn.n", lambda: Turn(10**9, "week")),
        ("turn.n", lambda: Turn(1.5, "week")),
        ("turn.unit", lambda: Turn(1, "fortnight")),
        ("window.start", lambda: Window("09:00", time(17))),
        ("window.end", lambda: Window(time(9), time(17, tzinfo=UTC))),
        ("depth", lambda: Rota("UTC", -1, ())),
        ("layers", lambda: rota(layer("A", "2024-08-05"), layer("B", "2024-08-05"))),
        (
            "effective_until",
            lambda: layer(
                "A", "2024-08-05", effective_from=utc("2025-01-01"), effective_until=utc("2025-01-01")
            ),
        ),
        ("starts_at", lambda: final_schedule(rota(), datetime(2024, 8, 5), utc("2024-08-06"))),  # noqa: DTZ001
        ("ends_at", lambda: final_schedule(rota(), utc("2024-08-05"), utc("2024-08-05"))),
        ("ends_at", lambda: final_schedule(rota(), utc("2024-08-05"), utc("9999-08-05"))),
        ("ends_at", lambda: final_schedule(rota(), utc("2024-08-05"), utc("2124-08-05"))),
        ("at", lambda: on_duty(rota(), datetime(2024, 8, 5))),  # noqa: DTZ001
    ],
)
def test_a_rota_or_question_that_cannot_be_names_the_field(field, build):
    with pytest.raises(RotaError) as refused:
        build()
    assert refused.value.field == field


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "America", "../../etc/passwd", "", "A\0B", None, "x" * 5000]
)
def test_a_zone_that_is_none_is_refused(zone):
    with pytest.raises(RotaError) as refused:
        rota(zone=zone)
    assert refused.value.field == "zone"


def test_versions_of_one_layer_may_not_overlap():
    with pytest.raises(RotaError):
        rota(
            layer("A", "2024-08-05", effective_until=utc("2024-09-02")),
            layer("B", "2024-08-05", effective_from=utc("2024-09-01")),
        )
