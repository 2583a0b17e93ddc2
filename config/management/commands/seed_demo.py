"""Fills an empty demo with a believable company. Does nothing where there already is one."""

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.querysets import digest
from config.demo import handovers, history, people, reviews, rosters, secrets, weeks_ahead
from escalations.actions import handled
from incidents.models import Integration


class Command(BaseCommand):
    help = "Seeds the demo once; the demo's secrets must already be in its state directory."

    @transaction.atomic
    def handle(self, *args, **options):
        if User.objects.exists():
            return
        kept = secrets.read("secrets.json")
        at = clock.now()
        everyone = people.seed(password=kept["password"], api_token=kept["api_token"], at=at)
        rosters.seed(everyone, at=at)
        detector = Integration.objects.create(
            name="Threat detector", key_hash=digest(kept["routing_key"]), harm_type="VT3", region="AMER"
        )
        history.seed(everyone, detector, at=at)
        handled.report_handled(at=at)
        reviews.seed(everyone, at=at)
        weeks_ahead.seed(everyone, at=at)
        handovers.seed(at=at)
