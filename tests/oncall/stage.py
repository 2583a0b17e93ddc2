"""Rosters as rows, short to set up."""

from accounts.models import Message, User
from oncall.models import Layer, Participant, Roster
from oncall.rota import final_schedule


def layered(slug, groups, *, zone="America/Los_Angeles", roster=None, name="L", **layer) -> Roster:
    """A roster with one more layer, whose turns are a day unless told."""
    people = [group if isinstance(group, list) else [group] for group in groups]
    roster = roster or Roster.objects.create(
        slug=slug, name=slug.title(), zone=zone, owner=people[0][0], is_paged=slug != "week"
    )
    told = {"anchor_on": "2026-01-05", "handoff_time": "09:00", "turn_unit": "day"} | layer
    made = Layer.objects.create(roster=roster, name=name, **told)
    for position, group in enumerate(people):
        for person in group:
            Participant.objects.create(layer=made, group=position, person=person)
    return roster


def plan(roster, starts_at, ends_at):
    """The final schedule as "Name[ + Name] dd HH:MM-dd HH:MM" lines in UTC, primary alone, and nobody left out."""
    rules = Roster.objects.filter(pk=roster.pk).rules((starts_at, ends_at))
    people = dict(User.objects.values_list("pk", "name"))
    return [
        f"{' + '.join(people[pk] for pk in it.people)} {it.starts_at:%d %H:%M}-{it.ends_at:%d %H:%M}"
        for it in final_schedule(rules[roster.pk], starts_at, ends_at)
        if it.duty == "primary" and it.people
    ]


def told(key=""):
    """Who has been sent a notice, and its subject, oldest first."""
    sent = Message.objects.filter(dedupe_key__contains=key).order_by("created_at", "pk")
    return sorted((message.to.name, message.subject) for message in sent.select_related("to"))
