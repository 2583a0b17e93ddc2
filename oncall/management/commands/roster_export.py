"""`roster_export SLUG`: a roster as a file, on standard output. The same roster is always the same bytes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from oncall.documents import written
from oncall.exports import file_of
from oncall.filing import told
from oncall.models import Roster


class Command(BaseCommand):
    help = "Prints a roster as JSON: layers with their versions, overrides, swaps, time off; people by e-mail address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **options: Any) -> None:
        roster = Roster.objects.filter(slug=slug).first()
        if roster is None:
            known = ", ".join(Roster.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no roster {slug}. There are: {known}.")
        self.stdout.write(written(told(file_of(roster, at=clock.now()))), ending="")
