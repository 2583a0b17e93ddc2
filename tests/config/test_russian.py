"""In Russian no screen and no mail falls back into English, apart from names, codes and what people wrote."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.actions import deliveries
from accounts.models import User
from escalations.actions import escalations
from escalations.models import EscalationPolicy, Page
from incidents.actions import lifecycle
from incidents.models import Incident
from oncall.models import Layer, RequiredSkill, Roster
from tests.cast import person
from tests.incidents.test_room import TABS

UNREAD = re.compile(
    r"<(script|style|svg|code)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>", re.DOTALL | re.IGNORECASE
)
NAMED = re.compile(r"<(\w+)\b[^>]*\btranslate=\"no\"[^>]*>.*?</\1>|<kbd\b.*?</kbd>", re.DOTALL)
SAID_BY_TAGS = re.compile(
    r"\b(?:aria-label|title|alt|placeholder|data-[\w-]+-words|data-done|data-failed)=\"([^\"]*)\""
)
ADDRESS = re.compile(
    r"https?://\S*|\b[\w.-]+@[\w.-]+|\b[A-Z]+[-:][\w+]+|\b[A-Z][a-z]+/[A-Z]\w+(?:/\w+)*|\b[A-Z]{2,5}\d?\b"
)
WORD = re.compile(r"[A-Za-z][a-z]{2,}")
# The product, the trade, the language's own name, and what is typed into machines.
NAMES = {
    "Watchfloor",
    "Trust",
    "Safety",
    "Alertmanager",
    "English",
    "Ctrl",
    "Enter",
    "Esc",
    "Tab",
    "Events",
    "Grafana",
    "Idempotency",
    "Key",
    "Markdown",
}


def english(html: str) -> list[str]:
    """What a page shows or says aloud in Latin letters and should not."""
    text = NAMED.sub(" ", UNREAD.sub(" ", html))
    shown = unescape(" ".join(SAID_BY_TAGS.findall(text)) + " " + re.sub(r"<[^>]*>", " ", text))
    written = " ".join(
        [
            *User.objects.values_list("name", flat=True),
            *Roster.objects.values_list("name", flat=True),
            *Roster.objects.values_list("zone", flat=True),
            *Layer.objects.values_list("name", flat=True),
            *EscalationPolicy.objects.values_list("name", flat=True),
        ]
    )
    known = NAMES | set(WORD.findall(written.replace("_", " ")))
    return sorted(set(WORD.findall(ADDRESS.sub(" ", shown))) - known)


@pytest.fixture
def russians(cast):
    person("chief", "administrator", cast.manager.password)
    User.objects.update(language="ru")
    for one in (cast.manager, cast.on_duty, cast.reporter, cast.outsider):
        one.refresh_from_db()
    return cast


@pytest.fixture
def lived(russians, signed_in) -> Incident:
    """An incident with something in every corner of its room."""
    at = datetime.now(UTC) - timedelta(hours=1)
    incident = russians.report(title="Угроза школе", at=at)
    escalations.advance(at=at)
    lifecycle.accept(incident=incident, manager=russians.manager, by=russians.manager, at=at)
    desk = signed_in(russians.manager)
    for route, said in (
        ("start_playbook", {"playbook": "livestream"}),
        ("note", {"text": "Две копии"}),
        ("update", {"text": "Спокойно", "next_in": "60", "tlp": "TLP:AMBER"}),
        ("decision", {"text": "Закрыть эфир", "reason": "Угроза"}),
        ("add_task", {"title": "Позвонить", "assignee": russians.manager.pk}),
        ("assign", {"function": "deputy", "person": russians.on_duty.pk}),
        ("page_by_hand", {"who": f"person:{russians.second.pk}"}),
        ("severity", {"severity": "3", "reason": "Спокойнее"}),
    ):
        assert desk.post(reverse(route, args=[incident.code]), said).status_code in (302, 422), route
    return incident


@pytest.fixture
def read(signed_in):
    def reading(who, address: str, **sent) -> str:
        client = signed_in(who)
        answer = client.post(address, sent) if sent else client.get(address)
        page = answer.content.decode()
        assert '<html lang="ru"' in page
        return page

    return reading


SCREENS = [
    "/",
    "/incidents/",
    "/report/",
    "/reports/",
    "/on-duty/",
    "/on-duty/?view=week",
    "/on-duty/?view=month",
    "/on-duty/?view=no",
    "/reviews/",
    "/improvements/",
    "/search/?q=школа",
    "/nothing/",
    "/styleguide/",
    "/account/password/change/",
    "/account/logout/",
    "/account/tokens/",
]
ADMINISTRATION = [
    "/admin/",
    "/admin/engine/",
    "/admin/people/",
    "/admin/people/add/",
    "/admin/policies/",
    "/admin/policies/add/",
    "/admin/routes/",
    "/admin/routes/add/",
    "/admin/integrations/add/",
    "/admin/audit/",
]


@pytest.mark.parametrize("address", SCREENS)
def test_a_screen_is_in_russian(lived, russians, read, address):
    russians.report(title="Ещё одна угроза")
    assert english(read(russians.manager, address)) == []


@pytest.mark.parametrize("tab", ["", *TABS])
def test_every_part_of_the_room_is_in_russian(lived, russians, read, tab):
    address = reverse("room_tab", args=[lived.code, tab]) if tab else lived.get_absolute_url()
    assert english(read(russians.manager, address)) == []


def test_triage_its_refusals_and_the_page_are_in_russian(russians, read):
    incident = russians.report(title="Угроза школе", at=datetime.now(UTC))
    escalations.advance(at=datetime.now(UTC))
    page = Page.objects.get()
    for address in ("/", incident.get_absolute_url(), reverse("page", args=[page.pk])):
        assert english(read(page.responder, address)) == []
    assert english(read(russians.manager, reverse("decline", args=[incident.code]), reason="")) == []
    assert english(read(russians.manager, reverse("merge", args=[incident.code]), into="")) == []
    refused = read(russians.reporter, "/report/", title="", harm_type="", content="http://", deadline_at="x")
    assert english(refused) == []


def test_a_review_is_in_russian(lived, russians, read, signed_in):
    signed_in(russians.manager).post(reverse("resolve", args=[lived.code]), {"reason": "Всё"})
    for route in ("review", "review_print"):
        assert english(read(russians.manager, reverse(route, args=[lived.code]))) == []
    assert english(read(russians.manager, "/reviews/")) == []


@pytest.mark.parametrize("address", ADMINISTRATION)
def test_administration_is_in_russian(russians, read, address):
    assert english(read(User.objects.get(name="Chief"), address)) == []


@pytest.mark.parametrize(
    "route", ["rosters", "roster_add", "roster", "roster_edit", "roster_coverage", "layer_add", "layer_edit"]
)
def test_rosters_are_run_in_russian(russians, read, route):
    admin = person("roster-chief", "roster_admin", russians.manager.password)
    User.objects.update(language="ru")
    RequiredSkill.objects.create(roster=russians.duty, kind="clearance", code="terror")
    about = [] if route in ("rosters", "roster_add") else [russians.duty.pk]
    about += [russians.duty.layers.first().pk] if route == "layer_edit" else []
    assert english(read(admin, reverse(route, args=about))) == []
    if route not in ("rosters", "roster", "roster_coverage"):
        assert (
            english(read(admin, reverse(route, args=about), press="save", skill="x", skill_count="0")) == []
        )


def test_what_the_doors_say_is_in_russian(russians, client):
    client.cookies["language"] = "ru"
    for address in ("/account/login/", "/account/password/reset/", "/account/password/reset/done/"):
        assert english(client.get(address).content.decode()) == []
    refused = client.post("/account/login/", {"login": "x", "password": ""})
    assert english(refused.content.decode()) == []


def test_mail_is_written_in_the_language_of_whoever_gets_it(russians, mailbox):
    """Whatever language the worker happens to speak."""
    at = datetime.now(UTC)
    russians.report(title="Угроза школе", at=at)
    with override("en"):
        escalations.advance(at=at)
        while claimed := deliveries.claim(channel="email", at=at):
            deliveries.attempt(claimed=claimed, at=at, ended_at=lambda: at)
    mail = mailbox.take_one()
    assert "вас вызывают" in mail.subject
    assert english(mail.text) == []


def test_a_link_for_a_new_password_is_sent_in_its_readers_language(russians, client, mailbox):
    client.cookies["language"] = "en"
    client.post("/account/password/reset/", {"email": russians.reporter.email})
    mail = mailbox.take_one()
    assert "Задайте новый пароль" in mail.subject
    assert english(mail.text) == []


def test_the_search_for_english_finds_it(russians):
    assert english('<p title="Open it">Очередь and more</p><kbd>Home</kbd>') == ["Open", "and", "more"]
