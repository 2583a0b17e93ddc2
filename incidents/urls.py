"""Reporting, the queue, and the incident."""

import re
from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path, re_path, register_converter

from incidents import converters
from incidents.api import events
from incidents.views import (
    exposure,
    incident,
    intake,
    integrations,
    mapping,
    presence,
    preview,
    queue,
    report,
    stages,
    triage,
    work,
    writing,
)

register_converter(converters.IncidentCode, "incident_code")
register_converter(converters.RoomTab, "room_tab")
register_converter(converters.ReportNumber, "report_number")


def door(address: str, view: Callable[..., HttpResponseBase], *, name: str, key: bool = False) -> URLPattern:
    """A machine's address, with or without a slash at its end: people paste it either way, and what is sent to a
    redirect is lost. `key` is one that ends with the integration's key."""
    keyed = "/(?P<key>[^/]+)" if key else ""
    return re_path(rf"^{re.escape(address)}{keyed}/?$", view, name=name)


urlpatterns = [
    path("report/", report.report, name="report"),
    path("reports/", report.receipts, name="receipts"),
    path("reports/<report_number:number>/", report.receipt, name="receipt"),
    path("incidents/", queue.incidents, name="incidents"),
    path("incidents/views/", queue.save_view, name="save_view"),
    path("incidents/views/delete/", queue.delete_view, name="delete_view"),
    path("incidents/<incident_code:code>/preview/", preview.incident_preview, name="incident_preview"),
    path("incidents/<incident_code:code>/", incident.incident, name="incident"),
    path("incidents/<incident_code:code>/acknowledge/", triage.acknowledge, name="acknowledge"),
    path("incidents/<incident_code:code>/accept/", triage.accept, name="accept"),
    path("incidents/<incident_code:code>/decline/", triage.decline, name="decline"),
    path("incidents/<incident_code:code>/merge/", triage.merge, name="merge"),
    path("incidents/<incident_code:code>/<room_tab:tab>/", incident.room_tab, name="room_tab"),
    path("incidents/<incident_code:code>/presence/", presence.presence, name="presence"),
    path("incidents/<incident_code:code>/edit/", writing.edit, name="edit_incident"),
    path("incidents/<incident_code:code>/note/", writing.note, name="note"),
    path("incidents/<incident_code:code>/update/", writing.update, name="update"),
    path("incidents/<incident_code:code>/decision/", writing.decision, name="decision"),
    path("incidents/<incident_code:code>/entries/<uuid:ref>/", writing.curate, name="curate"),
    path("incidents/<incident_code:code>/contain/", stages.contain, name="contain"),
    path("incidents/<incident_code:code>/resolve/", stages.resolve, name="resolve"),
    path("incidents/<incident_code:code>/reopen/", stages.reopen, name="reopen"),
    path("incidents/<incident_code:code>/severity/", stages.severity, name="severity"),
    path("incidents/<incident_code:code>/downgrade/", stages.downgrade, name="downgrade"),
    path("incidents/<incident_code:code>/playbook/", work.start_playbook, name="start_playbook"),
    path("incidents/<incident_code:code>/tasks/add/", work.add_task, name="add_task"),
    path("incidents/<incident_code:code>/tasks/<uuid:pk>/settle/", work.settle_task, name="settle_task"),
    path("incidents/<incident_code:code>/tasks/<uuid:pk>/take/", work.take_task, name="take_task"),
    path("incidents/<incident_code:code>/tasks/<uuid:pk>/reopen/", work.reopen_task, name="reopen_task"),
    path("incidents/<incident_code:code>/functions/", work.assign, name="assign"),
    path("incidents/<incident_code:code>/functions/<uuid:pk>/end/", work.end_function, name="end_function"),
    path("incidents/<incident_code:code>/manager/", work.manager, name="manager"),
    path("incidents/<incident_code:code>/restore/", triage.restore, name="restore"),
    path("account/exposure/", exposure.exposure, name="exposure"),
    path("account/exposure/end/", exposure.ask_again, name="exposure_end"),
    path("admin/integrations/", integrations.integrations, name="integrations"),
    path("admin/integrations/add/", integrations.add, name="integration_add"),
    path("admin/integrations/<int:integration_id>/", integrations.integration, name="integration"),
    path("admin/integrations/<int:integration_id>/edit/", integrations.edit, name="integration_edit"),
    path("admin/integrations/<int:integration_id>/rotate/", integrations.rotate, name="integration_rotate"),
    path(
        "admin/integrations/<int:integration_id>/old-key/end/",
        integrations.end_old_key,
        name="integration_end_old_key",
    ),
    path("admin/integrations/<int:integration_id>/revoke/", integrations.revoke, name="integration_revoke"),
    path("admin/integrations/<int:integration_id>/rules/", mapping.rules, name="integration_rules"),
    path(
        "admin/integrations/<int:integration_id>/rules/<int:rule_id>/", mapping.edit, name="integration_rule"
    ),
    path(
        "admin/integrations/<int:integration_id>/rules/<int:rule_id>/move/",
        mapping.move,
        name="integration_rule_move",
    ),
    path(
        "admin/integrations/<int:integration_id>/rules/<int:rule_id>/remove/",
        mapping.remove,
        name="integration_rule_remove",
    ),
    path("admin/integrations/<int:integration_id>/log/", intake.log, name="integration_log"),
    path("admin/integrations/<int:integration_id>/try/", intake.attempt, name="integration_try"),
    door("v2/enqueue", events.events_v2, name="events"),
    door("events/v2/enqueue", events.events_v2, name="events_prefixed"),
    door("generic/2010-04-15/create_event.json", events.events_v1, name="events_v1"),
    door("intake/alertmanager", events.alertmanager, name="alertmanager"),
    door("intake/alertmanager", events.alertmanager, name="alertmanager_keyed", key=True),
    door("intake/grafana", events.grafana, name="grafana"),
    door("intake/grafana", events.grafana, name="grafana_keyed", key=True),
    door("intake/notification", events.notification, name="notification"),
    door("intake/notification", events.notification, name="notification_keyed", key=True),
]
