"""Facts about incidents, each sent by one action inside its transaction. A receiver that fails undoes the
action: a declaration whose escalation cannot start must fail loudly."""

from django.dispatch import Signal

# Every fact carries `incident` and `at`; what else it carries is said here.
incident_declared = Signal()
incident_acknowledged = Signal()  # by: User | None
incident_accepted = Signal()  # by: User
incident_left_triage = Signal()  # outcome: "declined" | "merged"
severity_changed = Signal()  # before: int
incident_resolved = Signal()  # by: User | None
incident_reopened = Signal()  # by: User; back at work, or back in triage
