"""The pages that wait for somebody, wherever they are in the console."""

import re
from datetime import timedelta

from escalations.actions import escalations
from tests.cast import START


def test_the_worst_are_in_sight_what_is_real_first_and_the_others_a_press_away(cast, signed_in):
    kinds = [("VT3", "test"), ("UN1", "live"), ("VT3", "live"), ("UN1", "live"), ("VT3", "live")]
    made = []
    for number, (harm_type, mode) in enumerate(kinds):
        at = START + timedelta(seconds=number)
        made.append(cast.report(at=at, harm_type=harm_type, mode=mode).code)
        escalations.advance(at=at)
    test, mild, severe, mild_too, severe_too = made
    shown = signed_in(cast.on_duty).get("/pages/").content.decode()
    in_sight, others = shown.split("<details>")
    assert codes(in_sight) == [severe, severe_too, mild]
    assert codes(others) == [mild_too, test]
    assert "and 2 more" in others
    assert 'data-count="5"' in in_sight


def codes(shown):
    return re.findall(r'class="code">(WF-[A-Z0-9]+)<', shown)
