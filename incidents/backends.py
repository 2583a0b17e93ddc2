"""Django's `has_perm(perm, incident)`, answered by the visibility predicate and nothing else."""

from accounts import clock
from incidents.models import Incident
from incidents.querysets import PERMISSIONS


class VisibilityBackend:
    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user, perm: str, obj=None) -> bool:
        permission = perm.removeprefix("incidents.").removesuffix("_incident")
        if not isinstance(obj, Incident) or permission not in PERMISSIONS:
            return False
        return obj.is_visible_to(user.subject(at=clock.now()), permission)
