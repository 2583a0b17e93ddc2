"""Every main screen, who opens it and how: the tests and the pictures walk the same list."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import Page


@dataclass(frozen=True)
class Screen:
    """`who` is a part in the play: `manager`, `responder` (somebody paged), `reporter`, `administrator`, `security`
    (officer), `roster_admin`, `outsider`, or nobody.
    `leads` goes on from `path` by pressing what a person would press."""

    name: str
    who: str
    path: str
    leads: Callable[[Page], None] = lambda page: None
    status: int = 200

    def open(self, page: Page, base_url: str) -> None:
        page.goto(base_url + self.path)
        self.leads(page)
        page.wait_for_load_state()


def press(*selectors: str) -> Callable[[Page], None]:
    def one_after_another(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()
            page.wait_for_load_state()

    return one_after_another


def keys(*pressed: str) -> Callable[[Page], None]:
    return lambda page: [page.keyboard.press(key) for key in pressed]


def keys_from(selector: str, *pressed: str) -> Callable[[Page], None]:
    """From one place on, key by key; a dialog opened on the way gets the next key."""

    def lead(page: Page) -> None:
        page.locator(selector).first.focus()
        for key in pressed:
            if key == "Enter":
                with page.expect_navigation():
                    page.keyboard.press(key)
                continue
            page.keyboard.press(key)
            if len(key) == 1 and key.isalpha():
                page.wait_for_selector("dialog.asking[open]")

    return lead


def in_room(*then: str) -> Callable[[Page], None]:
    """Into the first incident under way, then one press after another."""

    def lead(page: Page) -> None:
        page.goto(page.url.partition("/incidents/")[0] + "/incidents/?stage=active&stage=contained")
        keys_from(".row [data-row]", "Enter")(page)
        for selector in then:
            page.locator(selector).first.click()
            page.wait_for_load_state()

    return lead


def page_somebody(page: Page) -> None:
    """Asked for from the room: what was sent shows in its panel, and the form stands open."""
    in_room("summary:text-is('Page somebody')")(page)
    page.select_option("[name=who]", str(page.locator("[name=who] option").last.get_attribute("value")))
    page.click(".page-somebody button")
    page.click("summary:text-is('Page somebody')")


def open_shift(page: Page) -> None:
    """The last shift on the screen, as a page of its own: what its link leads to without scripts."""
    origin = page.evaluate("location.origin")
    page.goto(origin + str(page.locator("main [data-shift]").last.get_attribute("href")))


def press_objected(page: Page) -> None:
    """Somebody against whom something speaks, put on duty all the same."""
    open_shift(page)
    press("[data-objected] button")(page)


def open_dialog(page: Page) -> None:
    """A shift that is not over, pressed where it stands on the calendar."""
    page.locator(".bar-words:not([data-past]):visible, .daylist-line:not([data-past]) a:visible").last.click()
    page.wait_for_selector(".shift-dialog[open]")


def refuse(page: Page) -> None:
    page.fill("[name=title]", "Clips of the attack are posted again")
    page.click(".form-foot button")


def submit_too_early(page: Page) -> None:
    """The newest draft has the least in it."""
    page.locator("tr:has-text('Draft') .review-link").last.click()
    page.click(".review-head .actions form button")


def rotate_a_key(page: Page) -> None:
    press(".table tbody th a")(page)
    press("summary:text-is('Rotate the key')")(page)
    press("button:text-is('Make a new key')")(page)


def integration_rules(page: Page) -> None:
    """With one rule in the list."""
    press(".table tbody th a", "a[href$='/rules/']")(page)
    if not page.locator(".routes tbody tr").count():
        page.fill("[name=path]", "payload.custom_details.team")
        page.fill("[name=value]", "child-safety")
        page.select_option("[name=harm_type]", "CS1")
        page.select_option("[name=severity]", "1")
        press(".form-foot button")(page)


def integration_log(page: Page) -> None:
    press(".table tbody th a", "a[href$='/try/']", "[value=send]")(page)


def integration_tried(page: Page) -> None:
    press(".table tbody th a", "a[href$='/try/']", "[value=look]", ".properties summary")(page)


def make_a_feed(page: Page) -> None:
    page.fill("[name=label]", f"Phone {uuid4().hex[:4]}")
    page.click(".form-foot button")


def edit_a_layer(page: Page) -> None:
    """What is typed is painted beside it a moment later."""
    press(".roster-table th a", ".layer-acts a")(page)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.fill("[name=handoff_time]", "11:30")
    page.wait_for_function("!document.querySelector('[data-pane]').hasAttribute('aria-busy')")


SCREENS = [
    Screen("sign-in", "", "/account/login/"),
    Screen("new-password", "", "/account/password/reset/"),
    Screen("home", "manager", "/"),
    Screen("home-paged", "responder", "/"),
    Screen("home-reporter", "reporter", "/"),
    Screen("queue", "manager", "/incidents/"),
    Screen("queue-empty", "outsider", "/incidents/"),
    Screen("queue-narrowed", "manager", "/incidents/?severity=1&severity=9&mode=live&manager=nobody&q=a"),
    Screen("queue-filters", "manager", "/incidents/?stage=triage", press(".filter-menu > summary")),
    Screen("queue-ended", "manager", "/incidents/?view=ended"),
    Screen("queue-decline", "manager", "/incidents/", keys_from(".row [data-row]", "d", "4")),
    Screen("queue-merge", "manager", "/incidents/", keys_from(".row [data-row]", "m")),
    Screen("incident", "manager", "/incidents/", keys_from(".row [data-row]", "Enter")),
    Screen("room", "manager", "/incidents/", in_room()),
    Screen("room-curating", "manager", "/incidents/", in_room(".entry[data-kind=note] .curate summary")),
    Screen("room-severity", "manager", "/incidents/", in_room("summary:text-is('Change severity')")),
    Screen("room-tasks", "manager", "/incidents/", in_room(".tabs a:nth-child(2)")),
    Screen("room-task", "manager", "/incidents/", in_room(".tabs a:nth-child(2)", ".task-acts summary")),
    Screen("room-updates", "manager", "/incidents/", in_room(".tabs a:nth-child(3)")),
    Screen("room-decisions", "manager", "/incidents/", in_room(".tabs a:nth-child(4)")),
    Screen("room-people", "manager", "/incidents/", in_room(".tabs a:nth-child(5)")),
    Screen("room-reports", "manager", "/incidents/", in_room(".tabs a:nth-child(6)")),
    Screen("room-edit", "manager", "/incidents/", in_room("a:text-is('Change properties')")),
    Screen("room-paging", "manager", "/incidents/", page_somebody),
    Screen("page", "responder", "/", press(".waiting-about")),
    Screen("page-handing-on", "responder", "/", press(".waiting-about", ".page-sheet .more summary")),
    Screen("report", "reporter", "/report/"),
    Screen("report-refused", "reporter", "/report/", refuse, status=422),
    Screen("sent", "reporter", "/reports/"),
    Screen("receipt", "reporter", "/reports/", press(".line-title")),
    Screen("on-duty", "manager", "/on-duty/"),
    Screen("on-duty-week", "manager", "/on-duty/?view=week"),
    Screen("on-duty-month", "manager", "/on-duty/?view=month"),
    Screen("on-duty-mine", "responder", "/on-duty/?view=week&person=me"),
    Screen("on-duty-person", "manager", "/on-duty/", press(".post-people a")),
    Screen("shift", "manager", "/on-duty/?view=week&roster=duty", open_shift),
    Screen("shift-dialog", "manager", "/on-duty/?view=week", open_dialog),
    Screen("shift-refused", "manager", "/on-duty/?view=week&roster=duty", press_objected, status=422),
    Screen("shift-mine", "responder", "/shifts/", open_shift),
    Screen("shifts", "manager", "/shifts/"),
    Screen("swap", "manager", "/shifts/", press(".offer h3 a")),
    Screen("shifts-responder", "responder", "/shifts/"),
    Screen("shifts-none", "outsider", "/shifts/"),
    Screen("on-duty-misread", "manager", "/on-duty/?view=month&on=someday&roster=nowhere"),
    Screen("rosters", "roster_admin", "/rosters/"),
    Screen("roster", "roster_admin", "/rosters/", press(".roster-table th a")),
    Screen("roster-watched", "manager", "/rosters/", press(".roster-table th a")),
    Screen(
        "roster-coverage", "roster_admin", "/rosters/", press(".roster-table th a", "a[href$='/coverage/']")
    ),
    Screen(
        "roster-year",
        "roster_admin",
        "/rosters/",
        press(".roster-table th a", "a[href$='/coverage/']", ".chip:nth-child(3)"),
    ),
    Screen("roster-add", "roster_admin", "/rosters/add/", press("[value=add-skill]")),
    Screen("roster-edit", "roster_admin", "/rosters/", press(".roster-table th a", "a[href$='/edit/']")),
    Screen("roster-refused", "roster_admin", "/rosters/add/", press(".form-foot .primary"), status=422),
    Screen("layer-add", "roster_admin", "/rosters/", press(".roster-table th a", "a[href$='/layers/add/']")),
    Screen("layer-edit", "roster_admin", "/rosters/", edit_a_layer),
    Screen("layer-end", "roster_admin", "/rosters/", press(".roster-table th a", "a[href$='/end/']")),
    Screen("handovers", "responder", "/handovers/"),
    Screen("handovers-none", "outsider", "/handovers/"),
    Screen("ledger", "roster_admin", "/rosters/ledger/"),
    Screen("ledger-mine", "responder", "/rosters/ledger/"),
    Screen(
        "ledger-refused", "roster_admin", "/rosters/ledger/?since=2026-03-08&until=2026-03-01", status=422
    ),
    Screen("reviews", "manager", "/reviews/"),
    Screen("reviews-empty", "outsider", "/reviews/"),
    Screen("review", "manager", "/reviews/", press(".review-link")),
    Screen("review-unfinished", "manager", "/reviews/", submit_too_early, status=422),
    Screen("review-section", "manager", "/reviews/", press(".review-link", ".part-history")),
    Screen("review-document", "manager", "/reviews/", press(".review-link", "a[href$='/print/']")),
    Screen("improvements", "manager", "/improvements/"),
    Screen("improvement", "manager", "/improvements/", press(".card-title")),
    Screen("menu", "manager", "/on-duty/", press(".menu summary")),
    Screen("feeds", "responder", "/shifts/feeds/", make_a_feed),
    Screen(
        "time-off-import", "responder", "/shifts/time-off/import/", press(".form-foot button"), status=422
    ),
    Screen("palette", "manager", "/incidents/", keys("Control+k")),
    Screen("help", "manager", "/incidents/", keys("?")),
    Screen("search", "manager", "/search/?q=school"),
    Screen("search-nothing", "outsider", "/search/?q=school"),
    Screen("password", "manager", "/account/password/change/"),
    Screen("sign-out", "manager", "/account/logout/"),
    Screen("tokens", "manager", "/account/tokens/"),
    Screen("reach", "manager", "/account/reach/"),
    Screen("reach-add", "manager", "/account/reach/add/webhook/"),
    Screen("reach-method", "manager", "/account/reach/", press(".reach-name a")),
    Screen(
        "exposure",
        "manager",
        "/account/exposure/",
        press("[name=harm_types][value=AN1]", "[name=how_long][value=today]"),
    ),
    Screen("api-reference", "manager", "/api-reference/"),
    Screen("api-reference-open", "manager", "/api-reference/", press("#put_layer summary")),
    Screen("admin", "administrator", "/admin/"),
    Screen("admin-people", "administrator", "/admin/people/"),
    Screen("admin-people-none", "administrator", "/admin/people/?q=nobody+like+that"),
    Screen("admin-person", "administrator", "/admin/people/?role=responder", press(".table tbody th a")),
    Screen("admin-person-security", "security", "/admin/people/?role=responder", press(".table tbody th a")),
    Screen("admin-person-add", "administrator", "/admin/people/add/"),
    Screen("admin-policies", "administrator", "/admin/policies/"),
    Screen("admin-policy", "administrator", "/admin/policies/", press(".table tbody th a")),
    Screen("admin-policy-add", "administrator", "/admin/policies/add/", press("[value=add-step]")),
    Screen(
        "admin-policy-refused",
        "administrator",
        "/admin/policies/add/",
        press(".form-foot button"),
        status=422,
    ),
    Screen("admin-routes", "administrator", "/admin/routes/"),
    Screen("admin-functions", "administrator", "/admin/functions/"),
    Screen("admin-simulator", "administrator", "/admin/simulator/?severity=1&harm_type=VT3&source=form"),
    Screen("admin-engine", "administrator", "/admin/engine/"),
    Screen("admin-route-add", "administrator", "/admin/routes/add/"),
    Screen("admin-integrations", "administrator", "/admin/integrations/"),
    Screen("admin-integration", "administrator", "/admin/integrations/", press(".table tbody th a")),
    Screen("admin-integration-key", "administrator", "/admin/integrations/", rotate_a_key),
    Screen("admin-integration-rules", "administrator", "/admin/integrations/", integration_rules),
    Screen("admin-integration-log", "administrator", "/admin/integrations/", integration_log),
    Screen("admin-integration-try", "administrator", "/admin/integrations/", integration_tried),
    Screen("admin-integration-add", "administrator", "/admin/integrations/add/"),
    Screen("admin-audit", "administrator", "/admin/audit/"),
    Screen("nothing-here", "manager", "/nothing/", status=404),
]


def sign_in(page: Page, base_url: str, email: str, password: str) -> None:
    page.goto(base_url + "/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(base_url + "/")
