"""`roster_preview FILE --from ISO --to ISO [--at ISO]`: what a roster file comes to, without a database."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oncall.documents import parsed, written
from oncall.fields import instant
from oncall.layers import RotaError, as_utc, require
from oncall.preview import preview
from oncall.rota import LONGEST_SCHEDULE
from oncall.spans import Span


def text_of(name: str) -> str:
    """The text of a file, or of standard input for `-`. CommandError when it cannot be read."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name}: {error}") from None


def window(starts_at: str, ends_at: str) -> Span:
    """What --from and --to mean. RotaError naming the one that is wrong."""
    start, end = as_utc(instant(starts_at, "--from"), "--from"), as_utc(instant(ends_at, "--to"), "--to")
    require(start < end, "--to", "The end must be after the start.")
    require(end - start <= LONGEST_SCHEDULE, "--to", "Ask for ten years at most.")
    return start, end


class Command(BaseCommand):
    help = "Prints the final schedule of a roster file and its holes as JSON. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="JSON or YAML; - reads standard input")
        parser.add_argument("--from", dest="starts_at", required=True, metavar="ISO")
        parser.add_argument("--to", dest="ends_at", required=True, metavar="ISO")
        parser.add_argument("--at", metavar="ISO", help="also say who is on duty at this instant")

    def handle(self, *, file: str, starts_at: str, ends_at: str, at: str | None, **options: Any) -> None:
        try:
            told = preview(
                parsed(text_of(file)),
                *window(starts_at, ends_at),
                at=as_utc(instant(at, "--at"), "--at") if at is not None else None,
            )
        except RotaError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(written(told), ending="")
