"""What a token of each role gets from each address of the API, written down by hand. Standard library only. What they
get of one incident stands in `access`; here there is none."""

STAFF = {
    "incident_manager", "responder", "review_lead", "roster_admin", "security_officer", "administrator",
    "analyst", "partner",
}  # fmt: skip
REPORTERS = STAFF | {"reporter"}
ANYBODY = REPORTERS | {"no role"}
STRANGERS = {"no token", "wrong token", "deactivated"}
SUBJECTS = sorted(ANYBODY | STRANGERS)

KEEPERS = {"roster_admin"}
DECIDERS = {"roster_admin", "incident_manager"}
EDITORS = {"incident_manager", "responder"}
TRIAGERS = {"incident_manager"}
ADMINS = {"administrator"}

# (route, method) -> (whose token opens it, the answer then, the answer to others). Bodies are empty, the roster is
# there, and nothing else is.
ROUTES = {
    ("api_reports", "POST"): (REPORTERS, 400, 403),
    ("api_report", "GET"): (ANYBODY, 404, 404),
    ("api_incidents", "GET"): (ANYBODY, 200, 200),
    ("api_incident", "GET"): (ANYBODY, 404, 404),
    ("api_acknowledge", "POST"): (ANYBODY, 404, 404),
    ("api_accept", "POST"): (TRIAGERS, 404, 404),
    ("api_decline", "POST"): (TRIAGERS, 404, 404),
    ("api_merge", "POST"): (TRIAGERS, 404, 404),
    ("api_pages", "GET"): (ANYBODY, 200, 200),
    ("api_acknowledge_page", "POST"): (ANYBODY, 404, 404),
    ("api_hand_on_page", "POST"): (ANYBODY, 404, 404),
    ("api_incident_pages", "GET"): (ANYBODY, 404, 404),
    ("api_incident_pages", "POST"): (EDITORS, 404, 404),
    ("api_take_back_page", "POST"): (EDITORS, 404, 404),
    ("api_on_duty", "GET"): (STAFF, 200, 403),
    ("api_rosters", "GET"): (STAFF, 200, 403),
    ("api_rosters", "POST"): (KEEPERS, 400, 403),
    ("api_roster", "GET"): (STAFF, 200, 403),
    ("api_roster", "PATCH"): (KEEPERS, 400, 403),
    ("api_layers", "GET"): (STAFF, 200, 403),
    ("api_layers", "POST"): (KEEPERS, 400, 403),
    ("api_end_layer", "POST"): (KEEPERS, 400, 403),
    ("api_schedule", "GET"): (STAFF, 400, 403),
    ("api_coverage", "GET"): (STAFF, 400, 403),
    ("api_overrides", "GET"): (STAFF, 200, 403),
    ("api_overrides", "POST"): (DECIDERS, 400, 403),
    ("api_end_override", "POST"): (DECIDERS, 404, 403),
    ("api_swaps", "GET"): (STAFF, 200, 403),
    ("api_swaps", "POST"): (STAFF, 400, 403),
    ("api_accept_swap", "POST"): (STAFF, 404, 403),
    ("api_settle_swap", "POST"): (STAFF, 404, 403),
    ("api_time_off", "GET"): (STAFF, 200, 403),
    ("api_time_off", "POST"): (STAFF, 400, 403),
    ("api_end_time_off", "POST"): (STAFF, 404, 403),
    ("api_import_time_off", "POST"): (STAFF, 400, 403),
    ("api_office_days", "GET"): (ANYBODY, 200, 200),
    ("api_office_days", "POST"): (ANYBODY, 400, 400),
    ("api_handovers", "GET"): (ANYBODY, 200, 200),
    ("api_handovers", "POST"): (ANYBODY, 400, 400),
    ("api_accept_handover", "POST"): (ANYBODY, 404, 404),
    ("api_feeds", "GET"): (ANYBODY, 200, 200),
    ("api_feeds", "POST"): (ANYBODY, 400, 400),
    ("api_revoke_feed", "POST"): (ANYBODY, 404, 404),
    ("api_worked_shifts", "GET"): (STAFF, 200, 403),
    ("api_handled_pages", "GET"): (STAFF, 200, 403),
    ("api_simulator", "GET"): (ADMINS, 400, 403),
    ("api_metrics", "GET"): (ADMINS, 200, 403),
    ("api_schema", "GET"): (ANYBODY, 200, 200),
}


def expected(subject: str, route: str, method: str) -> int:
    """The status code, from the table alone."""
    who, well, otherwise = ROUTES[route, method]
    if subject in STRANGERS:
        return 401
    return well if subject in who else otherwise
