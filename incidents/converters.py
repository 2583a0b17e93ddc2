"""Public codes in URLs. Anything else of that shape is no address at all, and answers like an absent one."""

from accounts.codes import CROCKFORD


class IncidentCode:
    regex = rf"WF-[{CROCKFORD}]{{6}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RoomTab(IncidentCode):
    regex = "tasks|updates|decisions|people|reports"


class ReportNumber(IncidentCode):
    regex = rf"R-[{CROCKFORD}]{{8}}"
