from escalations.models.policy import EscalationPolicy, PolicyStep, Route, StepTarget
from escalations.models.run import Escalation, Page

__all__ = ["Escalation", "EscalationPolicy", "Page", "PolicyStep", "Route", "StepTarget"]
