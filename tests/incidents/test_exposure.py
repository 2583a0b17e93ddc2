"""The screen of what somebody is not paged for: their own, nobody else's, and nowhere else."""

import re
import subprocess
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.actions import exposure
from accounts.models import OptOut
from escalations.actions import escalations
from incidents.taxonomy import HARM_TYPES

ROOT = Path(__file__).resolve().parents[2]
PATH = "/account/exposure/"


@pytest.fixture
def me(cast, signed_in):
    return signed_in(cast.on_duty)


def test_every_kind_can_be_chosen_and_no_reason_is_asked(cast, me):
    text = me.get(PATH).content.decode()
    assert re.findall(r'name="harm_types" value="(\w+)"', text) == list(HARM_TYPES)
    assert "<textarea" not in text
    told = me.post(PATH, {"harm_types": ["CS1", "VT4"], "how_long": "lasting"}, follow=True).content.decode()
    assert "You are not paged for these from now on." in told
    assert set(OptOut.objects.values_list("person", "harm_type", "until")) == {
        (cast.on_duty.pk, "CS1", None),
        (cast.on_duty.pk, "VT4", None),
    }
    assert re.findall(r'type="hidden" name="harm_type" value="(\w+)"', told) == ["CS1", "VT4"]
    assert 'value="CS1"' not in told.partition('id="more"')[2], "what holds already is not offered again"


def test_not_today_ends_and_can_be_ended(cast, me):
    me.post(PATH, {"harm_types": ["VT4"], "how_long": "today"})
    until = OptOut.objects.get().until
    assert until == exposure.end_of_day(clock.now(), cast.on_duty.zone)
    told = me.post(f"{PATH}end/", {"harm_type": "VT4"}, follow=True).content.decode()
    assert "You can be paged for it again." in told
    assert not OptOut.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"how_long": "today"}, "Tick at least one kind."),
        ({"harm_types": ["XX9"], "how_long": "today"}, "XX9"),
        ({"harm_types": ["VT4"], "how_long": "for ever"}, "for ever"),
        ({"harm_types": ["VT4"]}, "required"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(me, sent, told):
    answer = me.post(PATH, sent)
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("sent", ["", "ZZ", "\0", "V" * 5000])
def test_what_is_no_kind_cannot_be_ended(me, sent):
    assert me.post(f"{PATH}end/", {"harm_type": sent}).status_code == 404


def test_another_persons_neither_shows_nor_ends(cast, signed_in):
    exposure.opt_out(person=cast.second, harm_types=["VT4"], at=clock.now())
    other = signed_in(cast.admin)
    assert "Page me again" not in other.get(PATH).content.decode()
    other.post(f"{PATH}end/", {"harm_type": "VT4", "person": cast.second.pk})
    assert OptOut.objects.filter(person=cast.second).exists()


def test_the_page_asks_the_database_no_more_for_more(cast, me, django_assert_num_queries):
    for kinds in (["VT4"], list(HARM_TYPES)):
        exposure.opt_out(person=cast.on_duty, harm_types=kinds, at=clock.now())
        with django_assert_num_queries(13):
            me.get(PATH)


# -- Nowhere else ----------------------------------------------------------------------------------

SCREENS = {
    "admin": [
        "/", "/admin/people/", "/admin/people/{person}/", "/admin/people/{person}/edit/", "/admin/engine/",
        "/admin/policies/", "/on-duty/", "/on-duty/people/{person}/", "/rosters/", "/rosters/{roster}/",
        "/rosters/{roster}/coverage/", "/rosters/ledger/", "/search/?q=On-Duty",
    ],
    "security": ["/admin/audit/", "/admin/audit/export/", "/admin/people/{person}/"],
    "manager": ["/", "/incidents/", "/incidents/{code}/preview/", "/on-duty/people/{person}/"],
}  # fmt: skip


def test_no_screen_of_anybody_else_reads_what_somebody_opted_out_of(cast, signed_in):
    """What says who is asked next, the room, has to read it; it is looked at below."""
    incident = cast.report(at=clock.now())
    exposure.opt_out(person=cast.on_duty, harm_types=["VT3"], at=clock.now())
    names = {"person": cast.on_duty.pk, "roster": cast.duty.pk, "code": incident.code}
    for who, paths in SCREENS.items():
        client = signed_in(getattr(cast, who))
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path.format(**names))
            assert answer.status_code == 200, (who, path)
            assert not [one for one in asked if OptOut._meta.db_table in one["sql"]], (who, path)


def test_nothing_but_paging_and_their_own_screen_may_look():
    """Whoever adds a reader adds it here, having asked whether somebody else learns from it."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.html"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = re.compile(r"\bOptOut\b|\bopt_outs\b|\bhas_opted_out\b|\bPAGED_BY\b")
    found = {
        name
        for name in listed.stdout.split()
        if not name.startswith(("tests/", "accounts/models/", "accounts/migrations/"))
        and names.search((ROOT / name).read_text())
    }
    assert found == {
        "accounts/querysets.py",
        "accounts/actions/exposure.py",
        "incidents/views/exposure.py",
        "escalations/actions/responders.py",
        "escalations/actions/by_hand.py",
    }


def test_a_room_shows_the_others_and_no_reason(cast, signed_in):
    exposure.opt_out(person=cast.on_duty, harm_types=["VT3"], at=clock.now())
    incident = cast.report(at=clock.now())
    manager, panel = signed_in(cast.manager), f"/incidents/{incident.code}/escalation/"
    ahead = manager.get(panel).content.decode()
    escalations.fire_due()
    room = manager.get(panel).content.decode()
    for text in (ahead, room):
        assert "Second" in text
        assert cast.on_duty.name not in text
        assert "opt" not in re.sub(r"<[^>]*>|option\w*|\w+opt\w*", "", text).lower()
    told = manager.get(f"/incidents/{incident.code}/").content.decode()
    assert "Nobody at step 1 could be asked" in told
