from django.urls import path

from incidents.api import incidents, reports

urlpatterns = [
    path("reports/", reports.Reports.as_view(), name="api_reports"),
    path("reports/<report_number:number>/", reports.ReportDetail.as_view(), name="api_report"),
    path("incidents/", incidents.Incidents.as_view(), name="api_incidents"),
    path("incidents/<incident_code:code>/", incidents.IncidentDetail.as_view(), name="api_incident"),
    path(
        "incidents/<incident_code:code>/acknowledge/", incidents.Acknowledge.as_view(), name="api_acknowledge"
    ),
    path("incidents/<incident_code:code>/accept/", incidents.Accept.as_view(), name="api_accept"),
    path("incidents/<incident_code:code>/decline/", incidents.Decline.as_view(), name="api_decline"),
    path("incidents/<incident_code:code>/merge/", incidents.Merge.as_view(), name="api_merge"),
]
