"""Rosters as rows for tests that need a database: one call for each, people in turn."""

from oncall.models import Layer, Participant, Roster


def roster(slug, groups, *, of=None, name="L", zone="UTC", layer=None, **fields) -> Roster:
    """A roster (or, with `of`, one more layer of it) whose groups take turns of a day from 00:00 unless `layer` says
    otherwise. A group is a person or a list of them."""
    people = [group if isinstance(group, list) else [group] for group in groups]
    made = of or Roster.objects.create(
        slug=slug, name=slug.title(), zone=zone, owner=fields.pop("owner", people[0][0]), **fields
    )
    told = {"anchor_on": "2026-01-05", "handoff_time": "00:00", "turn_unit": "day"} | (layer or {})
    row = Layer.objects.create(roster=made, name=name, **told)
    for position, group in enumerate(people):
        for person in group:
            Participant.objects.create(layer=row, group=position, person=person)
    return made
