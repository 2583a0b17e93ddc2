from escalations.models.alarm import Alarm
from escalations.models.policy import EscalationPolicy, FunctionDesk, PolicyStep, Route, StepTarget
from escalations.models.run import Escalation, Page

__all__ = [
    "Alarm",
    "Escalation",
    "EscalationPolicy",
    "FunctionDesk",
    "Page",
    "PolicyStep",
    "Route",
    "StepTarget",
]
