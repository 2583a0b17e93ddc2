"""The last handovers of the paged duty: the secondary's was accepted, the primary's waits and the manager knows."""

from datetime import datetime, timedelta

from accounts.actions import messages
from accounts.models import Message
from oncall import handoffs
from oncall.actions import handovers
from oncall.models import Roster, WorkedShift

WORDS = {
    "primary": (
        "Two false-polling pages in REECA are with legal, answer expected at noon.\n"
        "The takeover wave has been quiet since midnight. Ask Wei about the shops in Singapore."
    ),
    "secondary": "Nothing is open. The escalation contact for the payment provider has changed: see the wiki.",
}


def seed(*, at: datetime) -> None:
    roster = Roster.objects.get(slug="duty")
    for duty, words in WORDS.items():
        last = (
            WorkedShift.objects.filter(roster=roster, duty=duty)
            .order_by("-ends_at")
            .select_related("person")[0]
        )
        early = last.ends_at - timedelta(hours=1)
        handoff = next(it for it in handoffs.of_person(last.person, at=early) if it.duty == duty)
        made = handovers.offer(
            roster=roster,
            duty=duty,
            taker=handoff.takers[0],
            handoff_at=handoff.at,
            text=words,
            by=last.person,
            at=early,
        )
        if duty == "secondary":
            handovers.accept(handover=made, by=made.taker, at=handoff.at + timedelta(minutes=3))
    handovers.lapse_due(at=at)
    # They were told then; a demo that begins today mails nobody about it.
    told = Message.objects.filter(dedupe_key__startswith="handover:")
    messages.settle(messages=told, at=at, because="over")
