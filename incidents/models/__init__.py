from incidents.models.grants import IncidentGroupGrant, IncidentUserGrant
from incidents.models.incident import Incident, IncidentLink
from incidents.models.report import IntakeRecord, Integration, MappingRule, Report, ReportContent
from incidents.models.saved_view import SavedView
from incidents.models.timeline import Curation, TimelineEntry
from incidents.models.work import Assignment, Downgrade, Task

__all__ = [
    "Assignment",
    "Curation",
    "Downgrade",
    "Incident",
    "IncidentGroupGrant",
    "IncidentLink",
    "IncidentUserGrant",
    "IntakeRecord",
    "Integration",
    "MappingRule",
    "Report",
    "ReportContent",
    "SavedView",
    "Task",
    "TimelineEntry",
]
