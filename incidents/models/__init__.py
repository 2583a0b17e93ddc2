from incidents.models.grants import IncidentGroupGrant, IncidentUserGrant
from incidents.models.incident import Incident, IncidentLink
from incidents.models.report import Integration, Report, ReportContent
from incidents.models.timeline import TimelineEntry

__all__ = [
    "Incident",
    "IncidentGroupGrant",
    "IncidentLink",
    "IncidentUserGrant",
    "Integration",
    "Report",
    "ReportContent",
    "TimelineEntry",
]
