"""Everything a person or a script needs to use the running demo."""

import json

from django.core.management.base import BaseCommand

from accounts import clock
from accounts.models import User
from config.demo import secrets


class Command(BaseCommand):
    help = "Prints the demo's addresses, people and keys."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args, **options):
        kept, running = secrets.read("secrets.json"), secrets.read("run.json")
        base_url, mail = running.get("url"), running.get("mail")
        info = {
            "base_url": base_url,
            "people": self._people(kept["password"]),
            "routing_key": kept["routing_key"],
            "api_token": kept["api_token"],
            "intake": {"events_v2": f"{base_url}/v2/enqueue", "reports": f"{base_url}/api/reports/"},
            "mail": mail,
        }
        if options["json"]:
            self.stdout.write(json.dumps(info))
            return
        for person in info["people"]:
            self.stdout.write(f"{person['email']:32} {person['role']:18} {person['name']}")

    def _people(self, password: str) -> list[dict]:
        at = clock.now()
        return [
            {
                "email": person.email,
                "password": password,
                "name": person.name,
                "role": next(iter(subject.roles), "outsider"),
                "clearances": sorted(subject.clearances),
            }
            for person in User.objects.active().with_holdings().order_by("pk")
            for subject in [person.subject(at=at)]
        ]
