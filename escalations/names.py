"""Names for the targets of steps, which know ids alone: two queries however many."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from escalations import words
from escalations.ladder import Step, Target
from incidents.choices import Function
from oncall.models import Roster


@dataclass(frozen=True, slots=True)
class Names:
    rosters: dict[int, str]
    people: dict[int, str]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Names":
        targets = [target for step in steps for target in step.targets]
        rosters = Roster.objects.filter(pk__in={t.roster for t in targets if t.roster is not None})
        people = User.objects.filter(pk__in={t.person for t in targets if t.person is not None})
        return cls(dict(rosters.values_list("pk", "name")), dict(people.values_list("pk", "name")))

    def told(self, target: Target) -> str:
        if target.function:
            return words.function_on_call(str(Function(target.function).label))
        if target.person is not None:
            return self.people.get(target.person, _("somebody"))
        roster = self.rosters.get(target.roster or 0, _("a roster that is gone"))
        return words.everyone_on(roster) if target.everyone else words.on_duty(roster, target.duty)

    def behind(self, step: Step) -> str:
        return words.together([self.told(target) for target in step.targets])
