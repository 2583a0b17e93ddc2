"""Reporting, the queue, and the incident."""

from django.urls import path, register_converter

from incidents import converters
from incidents.api import events
from incidents.views import incident, queue, report, triage

register_converter(converters.IncidentCode, "incident_code")
register_converter(converters.ReportNumber, "report_number")

urlpatterns = [
    path("report/", report.report, name="report"),
    path("reports/", report.receipts, name="receipts"),
    path("reports/<report_number:number>/", report.receipt, name="receipt"),
    path("incidents/", queue.incidents, name="incidents"),
    path("incidents/<incident_code:code>/", incident.incident, name="incident"),
    path("incidents/<incident_code:code>/acknowledge/", triage.acknowledge, name="acknowledge"),
    path("incidents/<incident_code:code>/accept/", triage.accept, name="accept"),
    path("incidents/<incident_code:code>/decline/", triage.decline, name="decline"),
    path("incidents/<incident_code:code>/merge/", triage.merge, name="merge"),
    path("v2/enqueue", events.enqueue, name="events"),
    path("events/v2/enqueue", events.enqueue, name="events_prefixed"),
]
