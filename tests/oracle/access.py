"""What each kind of person gets on each kind of incident, written down by hand. Standard library only."""

# Which classes of incident each subject may know of; "granted" are the ones opened to them by a grant.
SEES = {
    "anonymous": set(),
    "outsider": set(),
    "reporter": set(),
    "partner": set(),
    "granted partner": {"open"},
    "expired partner": set(),
    "granted outsider without clearance": {"open"},
    "paged partner": {"open"},
    "responder": {"open", "drill"},
    "cleared responder": {"open", "drill", "csea", "terror"},
    "lapsed responder": {"open", "drill"},
    "manager": {"open", "drill", "csea", "terror"},
    "granted manager": {"open", "drill", "csea", "terror", "insider"},
    "review lead": {"open", "drill"},
    "analyst": {"open", "drill"},
    "security officer": set(),
    "roster admin": set(),
    "deactivated manager": set(),
}
# Whoever is let into one incident to act: reading, acknowledging, notes and settling tasks, and nothing more.
LET_IN = {"paged partner"}
EDITS = {"responder", "cleared responder", "lapsed responder", "manager", "granted manager"}
TAKES_PART = EDITS | LET_IN
TRIAGES = {"manager", "granted manager"}
REVIEWS = {"manager", "granted manager", "review lead"}
# Those who see incidents by their role, and not by a grant alone.
VIEWS = EDITS | {"review lead", "analyst"}
CLASSES = ["open", "drill", "csea", "terror", "insider", "absent"]

# route -> (method, what it takes beyond seeing the incident, answer when all is well)
PAGES = {
    "incident": ("GET", None, 200),
    "presence": ("GET", None, 200),
    "incident_preview": ("GET", None, 200),
    "escalation_panel": ("GET", None, 200),
    "acknowledge": ("POST", "take part", 302),
    "accept": ("POST", "triage", 302),
    "decline": ("POST", "triage", 422),  # no reason given
    "merge": ("POST", "triage", 422),  # no code given
    "restore": ("POST", "triage", 302),
    "room_tab": ("GET", None, 200),
    "edit_incident": ("GET", "edit", 200),
    "note": ("POST", "take part", 422),  # nothing written; so below where 422 is expected
    "update": ("POST", "edit", 422),
    "decision": ("POST", "edit", 422),
    "contain": ("POST", "edit", 422),  # still in triage
    "resolve": ("POST", "edit", 422),
    "reopen": ("POST", "edit", 422),
    "severity": ("POST", "edit", 422),
    "downgrade": ("POST", "edit", 302),
    "start_playbook": ("POST", "edit", 302),
    "add_task": ("POST", "edit", 422),
    "assign": ("POST", "edit", 422),
    "manager": ("POST", "edit", 422),
    "page_by_hand": ("POST", "edit", 302),
    "take_back_page": ("POST", "edit", 302),
    "curate": ("POST", "edit", 302),
    "settle_task": ("POST", "take part", 422),
    "take_task": ("POST", "edit", 302),
    "reopen_task": ("POST", "edit", 302),
    "end_function": ("POST", "edit", 302),
    "review": ("GET", None, 200),
    "review_print": ("GET", None, 200),
    "review_start": ("POST", "review", 302),
    "review_owner": ("POST", "review", 422),  # nobody chosen
    "review_submit": ("POST", "review", 422),  # nothing written
    "review_approve": ("POST", "review", 302),
    "review_send_back": ("POST", "nobody", 404),  # a draft has nowhere to go back to
    "review_section": ("POST", "review", 422),  # no version given
    "review_restore": ("POST", "nobody", 404),  # no version given
    "review_factors": ("POST", "review", 422),
    "review_factor": ("POST", "review", 422),
    "review_remarks": ("POST", "general view", 422),
    "review_remark_settle": ("POST", "review", 302),
    "review_improvements": ("POST", "review", 422),
}
# What a route is about beside the incident itself.
CHILDREN = {
    "room_tab": "tab",
    "curate": "entry",
    "settle_task": "task",
    "take_task": "task",
    "reopen_task": "task",
    "end_function": "assignment",
    "take_back_page": "page",
    "api_take_back_page": "page",
    "review_section": "section",
    "review_restore": "section",
    "review_factor": "factor",
    "review_remark_settle": "remark",
}
API = {
    "api_incident": ("GET", None, 200),
    "api_acknowledge": ("POST", "take part", 200),
    "api_accept": ("POST", "triage", 200),
    "api_decline": ("POST", "triage", 400),
    "api_merge": ("POST", "triage", 400),
    "api_incident_pages": ("GET", None, 200),
    "api_take_back_page": ("POST", "edit", 200),
}


def expected(subject: str, route: str, kind: str) -> int:
    """The status code, from the tables above alone."""
    _, needs, well = (PAGES | API)[route]
    if subject in {"anonymous", "deactivated manager"}:
        return 302 if route in PAGES else 401
    if kind not in SEES[subject]:
        return 404
    if needs == "take part" and subject not in TAKES_PART:
        return 404
    if needs == "edit" and subject not in EDITS:
        return 404
    if needs == "general view" and subject not in VIEWS:
        return 404
    if needs == "triage" and subject not in TRIAGES:
        return 404
    if needs == "nobody" or (needs == "review" and subject not in REVIEWS):
        return 404
    return well


# Rosters: who may look, and who may change them. Nobody else learns more than that there is a door.
LOOKS = {
    "responder", "incident_manager", "review_lead", "security_officer", "administrator", "roster_admin",
    "partner", "analyst",
}  # fmt: skip
RUNS = {"roster_admin"}
ROSTERS = {
    "rosters": ("GET", LOOKS),
    "roster": ("GET", LOOKS),
    "roster_coverage": ("GET", LOOKS),
    "roster_add": ("GET", RUNS),
    "roster_edit": ("GET", RUNS),
    "layer_add": ("GET", RUNS),
    "layer_edit": ("GET", RUNS),
    "layer_end": ("GET", RUNS),
}


def opens(role: str, route: str) -> int:
    """The status code of a roster's page for somebody with this role alone; "" is no role."""
    return 200 if role in ROSTERS[route][1] else 403
