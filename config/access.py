"""Who may call what: one table, route by route. A route or method that is not in it does not answer; the
default-deny harness walks the resolver against it."""

from dataclasses import dataclass

READ = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`who`: "anonymous" (with the reason why), "person" (signed in) or "token" (an API caller).
    `permission`: what one of their roles must give; `to_write`: what it must give for anything but reading, where
    that is more."""

    who: str
    methods: frozenset[str]
    permission: str | None = None
    reason: str = ""
    to_write: str | None = None

    def asks(self, method: str) -> str | None:
        """The permission this method takes."""
        return self.permission if method in READ else self.to_write or self.permission


def anonymous(*methods: str, because: str) -> Rule:
    return Rule("anonymous", _with_head(methods), reason=because)


def person(*methods: str, permission: str | None = None) -> Rule:
    return Rule("person", _with_head(methods), permission)


def token(*methods: str, permission: str | None = None, to_write: str | None = None) -> Rule:
    return Rule("token", _with_head(methods), permission, to_write=to_write)


def _with_head(methods: tuple[str, ...]) -> frozenset[str]:
    return frozenset(methods) | (READ if "GET" in methods else frozenset())


ACCESS: dict[str, Rule] = {
    # Everyone
    "healthz": anonymous("GET", because="load balancers ask; it tells nothing but process states"),
    "heartbeat": anonymous("GET", because="a monitor outside asks; it tells nothing but process states"),
    "alarm_link": anonymous("GET", "POST", because="the signed link in an alarm, bound to it and one person"),
    "page_link": anonymous(
        "GET", "POST", because="the signed link in a message, bound to one page and person"
    ),
    "feed": anonymous("GET", because="calendar apps; the secret in the address opens one feed, to be read"),
    "events": anonymous("POST", because="machines; the routing key in the body is the credential"),
    "events_prefixed": anonymous("POST", because="the same door for clients that need a path prefix"),
    "check_link": anonymous("GET", "POST", because="the signed link in a test page; it says that it arrived"),
    "service_worker": anonymous("GET", because="a script for the browser, the same for everybody"),
    "twilio_status": anonymous("POST", because="the provider of texts and calls; its signature is checked"),
    "twilio_text": anonymous("POST", because="the same, with a text somebody answered"),
    "twilio_voice": anonymous("POST", because="the same, with a key somebody pressed"),
    "events_v1": anonymous("POST", because="machines; the service key in the body is the credential"),
    "alertmanager": anonymous("POST", because="machines; the key in the header is the credential"),
    "alertmanager_keyed": anonymous("POST", because="machines; the key in the address is the credential"),
    "grafana": anonymous("POST", because="machines; the key in the header is the credential"),
    "grafana_keyed": anonymous("POST", because="machines; the key in the address is the credential"),
    "notification": anonymous("POST", because="machines; the key in the header is the credential"),
    "notification_keyed": anonymous("POST", because="machines; the key in the address is the credential"),
    "set_language": anonymous("POST", because="chooses the interface's language, also before sign-in"),
    "account_*": anonymous("GET", "POST", because="the library's routes for signing in and for passwords"),
    # People
    "home": person("GET"),
    "search": person("GET"),
    "styleguide": person("GET"),
    "report": person("GET", "POST", permission="report.make"),
    "receipts": person("GET"),
    "receipt": person("GET"),
    "incidents": person("GET"),
    "save_view": person("POST"),
    "delete_view": person("POST"),
    "incident_preview": person("GET"),
    "incident": person("GET"),
    "presence": person("GET"),
    "acknowledge": person("POST"),
    "accept": person("POST", permission="incident.triage"),
    "decline": person("POST", permission="incident.triage"),
    "merge": person("POST", permission="incident.triage"),
    "room_tab": person("GET"),
    "edit_incident": person("GET", "POST", permission="incident.edit"),
    "note": person("POST"),  # as acknowledging and settling a task: whoever was let in may
    "update": person("POST", permission="incident.edit"),
    "decision": person("POST", permission="incident.edit"),
    "curate": person("POST", permission="incident.edit"),
    "contain": person("POST", permission="incident.edit"),
    "resolve": person("POST", permission="incident.edit"),
    "reopen": person("POST", permission="incident.edit"),
    "severity": person("POST", permission="incident.edit"),
    "downgrade": person("POST", permission="incident.edit"),
    "start_playbook": person("POST", permission="incident.edit"),
    "add_task": person("POST", permission="incident.edit"),
    "settle_task": person("POST"),
    "take_task": person("POST", permission="incident.edit"),
    "reopen_task": person("POST", permission="incident.edit"),
    "assign": person("POST", permission="incident.edit"),
    "end_function": person("POST", permission="incident.edit"),
    "manager": person("POST", permission="incident.edit"),
    "page_by_hand": person("POST", permission="incident.edit"),
    "restore": person("POST", permission="incident.triage"),
    "escalation_panel": person("GET"),
    "waiting_pages": person("GET"),
    "page": person("GET"),
    "acknowledge_page": person("POST"),
    "hand_on_page": person("POST"),  # one's own, as acknowledging it
    "take_back_page": person("POST", permission="incident.edit"),
    "on_duty": person("GET", permission="duty.view"),
    "person_on_duty": person("GET", permission="duty.view"),
    "shift": person("GET", permission="duty.view"),
    "override_make": person("POST", permission="rosters.override"),
    "override_end": person("POST", permission="rosters.override"),
    "swap_offer": person("POST", permission="duty.view"),
    "swap_ask": person("POST", permission="duty.view"),
    # What is one's own takes no role: shifts, and offers one made, was asked about or could take.
    "swap": person("GET"),
    "swap_accept": person("POST"),
    "swap_settle": person("POST"),
    "shifts": person("GET"),
    "shifts_link": person("GET"),
    "time_off_enter": person("POST"),
    "time_off_end": person("POST"),
    "office_days": person("POST"),
    "rosters": person("GET", permission="duty.view"),
    "roster": person("GET", permission="duty.view"),
    "roster_coverage": person("GET", permission="duty.view"),
    "roster_add": person("GET", "POST", permission="rosters.manage"),
    "roster_edit": person("GET", "POST", permission="rosters.manage"),
    "layer_add": person("GET", "POST", permission="rosters.manage"),
    "layer_edit": person("GET", "POST", permission="rosters.manage"),
    "layer_end": person("GET", "POST", permission="rosters.manage"),
    "coverage_link": person("GET"),
    "ledger": person("GET", permission="duty.view"),
    "ledger_csv": person("GET", permission="duty.view"),
    "handovers": person("GET", "POST"),
    "accept_handover": person("POST"),
    "feeds": person("GET", "POST"),
    "feed_revoke": person("POST"),
    "time_off_import": person("GET", "POST"),
    # Administration
    "administration": person("GET"),  # to whoever may open one of its sections
    "people": person("GET", permission="people.view"),
    "person": person("GET", permission="people.view"),
    "person_add": person("GET", "POST", permission="people.manage"),
    "person_edit": person("GET", "POST", permission="people.manage"),
    "person_invite": person("POST", permission="people.manage"),
    "person_roles": person("POST", permission="people.manage"),
    "person_deactivate": person("POST", permission="people.manage"),
    "person_reactivate": person("POST", permission="people.manage"),
    "contact_method_switch": person("POST", permission="people.manage"),
    "clearance_give": person("POST", permission="clearances.manage"),
    "clearance_end": person("POST", permission="clearances.manage"),
    "policies": person("GET", permission="paging.manage"),
    "policy": person("GET", permission="paging.manage"),
    "policy_add": person("GET", "POST", permission="paging.manage"),
    "policy_edit": person("GET", "POST", permission="paging.manage"),
    "policy_remove": person("POST", permission="paging.manage"),
    "routes": person("GET", permission="paging.manage"),
    "route_add": person("GET", "POST", permission="paging.manage"),
    "route_edit": person("GET", "POST", permission="paging.manage"),
    "route_move": person("POST", permission="paging.manage"),
    "route_remove": person("POST", permission="paging.manage"),
    "function_desks": person("GET", "POST", permission="paging.manage"),
    "engine": person("GET", permission="paging.manage"),
    "alarm_acknowledge": person("POST", permission="paging.manage"),
    "simulator": person("GET", permission="paging.manage"),
    "integrations": person("GET", permission="integrations.manage"),
    "integration": person("GET", permission="integrations.manage"),
    "integration_add": person("GET", "POST", permission="integrations.manage"),
    "integration_edit": person("GET", "POST", permission="integrations.manage"),
    "integration_rotate": person("POST", permission="integrations.manage"),
    "integration_end_old_key": person("POST", permission="integrations.manage"),
    "integration_revoke": person("POST", permission="integrations.manage"),
    "integration_rules": person("GET", "POST", permission="integrations.manage"),
    "integration_rule": person("GET", "POST", permission="integrations.manage"),
    "integration_rule_move": person("POST", permission="integrations.manage"),
    "integration_rule_remove": person("POST", permission="integrations.manage"),
    "integration_log": person("GET", permission="integrations.manage"),
    "integration_try": person("GET", "POST", permission="integrations.manage"),
    "audit": person("GET", permission="audit.view"),
    "audit_export": person("GET", permission="audit.view"),
    "tokens": person("GET", "POST"),
    "reach": person("GET"),
    "reach_add": person("GET", "POST"),
    "reach_rules": person("POST"),
    "reach_quiet": person("POST"),
    "reach_try_all": person("POST"),
    "reach_method": person("GET", "POST"),
    "reach_code": person("POST"),
    "reach_try": person("POST"),
    "reach_switch": person("POST"),
    "reach_remove": person("POST"),
    "reach_move": person("POST"),
    "exposure": person("GET", "POST"),  # one's own, and nobody else's
    "exposure_end": person("POST"),
    "token_revoke": person("POST"),
    "api_reference": person("GET"),
    "reviews": person("GET"),
    "improvements": person("GET"),
    "improvement": person("GET", "POST"),
    "improvement_move": person("POST"),
    "review": person("GET"),
    "review_print": person("GET"),
    "review_start": person("POST", permission="review.edit"),
    "review_owner": person("POST", permission="review.write"),
    "review_submit": person("POST", permission="review.write"),
    "review_send_back": person("POST", permission="review.write"),
    "review_approve": person("POST", permission="review.approve"),
    "review_section": person("GET", "POST"),  # read by whoever sees it, written as the others above
    "review_restore": person("POST", permission="review.write"),
    "review_factors": person("POST", permission="review.write"),
    "review_factor": person("POST", permission="review.write"),
    "review_remarks": person("POST", permission="incident.view"),
    "review_remark_settle": person("POST", permission="review.write"),
    "review_improvements": person("POST", permission="review.write"),
    # API callers
    "api_reports": token("POST", permission="report.make"),
    "api_report": token("GET"),
    "api_incidents": token("GET"),
    "api_incident": token("GET"),
    "api_acknowledge": token("POST"),
    "api_accept": token("POST", permission="incident.triage"),
    "api_decline": token("POST", permission="incident.triage"),
    "api_merge": token("POST", permission="incident.triage"),
    "api_pages": token("GET"),
    "api_acknowledge_page": token("POST"),
    "api_hand_on_page": token("POST"),
    "api_incident_pages": token("GET", "POST", to_write="incident.edit"),
    "api_take_back_page": token("POST", permission="incident.edit"),
    "api_on_duty": token("GET", permission="duty.view"),
    "api_rosters": token("GET", "POST", permission="duty.view", to_write="rosters.manage"),
    "api_roster": token("GET", "PATCH", permission="duty.view", to_write="rosters.manage"),
    "api_layers": token("GET", "POST", permission="duty.view", to_write="rosters.manage"),
    "api_end_layer": token("POST", permission="rosters.manage"),
    "api_schedule": token("GET", permission="duty.view"),
    "api_coverage": token("GET", permission="duty.view"),
    "api_overrides": token("GET", "POST", permission="duty.view", to_write="rosters.override"),
    "api_end_override": token("POST", permission="rosters.override"),
    "api_swaps": token("GET", "POST", permission="duty.view"),
    "api_accept_swap": token("POST", permission="duty.view"),
    "api_settle_swap": token("POST", permission="duty.view"),
    "api_time_off": token("GET", "POST", permission="duty.view"),
    "api_end_time_off": token("POST", permission="duty.view"),
    "api_import_time_off": token("POST", permission="duty.view"),
    # As on the screens: what is one's own takes no role. Others' days at the office take `duty.view`.
    "api_office_days": token("GET", "POST"),
    "api_handovers": token("GET", "POST"),
    "api_accept_handover": token("POST"),
    "api_feeds": token("GET", "POST"),
    "api_revoke_feed": token("POST"),
    "api_worked_shifts": token("GET", permission="duty.view"),
    "api_handled_pages": token("GET", permission="duty.view"),
    "api_simulator": token("GET", permission="paging.manage"),
    "api_metrics": token("GET", permission="paging.manage"),
    "api_schema": token("GET"),
}


# What of the sign-in library answers. Signing up and changing one's address are an administrator's work.
SIGN_IN_ROUTES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)


def rule_for(route: str | None) -> Rule | None:
    """The rule of a named route; the sign-in library's routes share one."""
    if route in SIGN_IN_ROUTES:
        route = "account_*"
    return ACCESS.get(route or "")
