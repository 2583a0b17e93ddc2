"""Functions that can be asked for although nobody is on call for them: whoever writes a policy, or pages by hand, is
told before it matters."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from escalations.models import FunctionDesk
from incidents.choices import Function
from oncall.models import DutyName, Participant


def functions(*, at: datetime) -> dict[str, str]:
    """Codes and names of those without a desk, or whose desk's roster has nobody with a place as primary, now or later,
    and no other roster standing in for it. One query."""
    places = Participant.objects.filter(
        Q(layer__effective_until=None) | Q(layer__effective_until__gt=at),
        layer__roster=OuterRef("roster"),
        layer__duty=DutyName.PRIMARY,
        person__is_active=True,
    )
    held = FunctionDesk.objects.filter(Exists(places) | Q(roster__fallback__isnull=False))
    on_call = set(held.values_list("function", flat=True))
    return {function.value: str(function.label) for function in Function if function.value not in on_call}
