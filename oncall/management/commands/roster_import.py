"""`roster_import FILE`: the roster becomes what the file says, or nothing is stored and the field is named."""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from oncall.actions import files
from oncall.documents import parsed
from oncall.files import RosterFile, read
from oncall.layers import RotaError
from oncall.management.commands.roster_preview import text_of


class Command(BaseCommand):
    help = "Makes a roster what a file says, from now on. Whoever's shifts change is told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="JSON or YAML; - reads standard input")

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            rules = read(parsed(text_of(file)))
            done = files.put(file=rules, slug=_slug(rules, file), by=None, at=clock.now())
        except RotaError as refusal:
            raise CommandError(str(refusal)) from None
        state = "made" if done.is_new else "changed" if done.is_changed else "as the file says already"
        self.stdout.write(
            f"The roster {done.roster.slug} is {state}. Its owner is {done.roster.owner.email}."
        )
        if done.left:
            self.stdout.write(f"Left as they were: {done.left} entries about the past, which is a record.")


def _slug(rules: RosterFile, file: str) -> str:
    """The file's own word, or else its name."""
    if rules.head.slug:
        return rules.head.slug
    slug = re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-")[:50]
    if not slug:
        raise RotaError("slug", "Say by which short name the roster goes.")
    return slug
