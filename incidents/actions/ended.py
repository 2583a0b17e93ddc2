"""What an incident that has ended does not take any more, until somebody opens it again."""

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from incidents.models import Incident


class EndedError(Refused):
    """The incident has ended: nobody is asked into it, and it gets no more work."""


def check_open(incident: Incident) -> None:
    """Asked of the locked incident. Raises `EndedError`."""
    if not incident.stage_flags.is_open:
        raise EndedError(
            _("%(code)s has ended: it is %(stage)s. Bring it back before you page people or give them work.")
            % {"code": incident.code, "stage": incident.get_stage_display().lower()}
        )
