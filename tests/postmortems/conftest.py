"""An incident that has been lived through, and the review it left."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from incidents.actions import lifecycle
from incidents.models import Incident
from postmortems.actions import factors, reviews, sections
from postmortems.models import Review
from tests.cast import Cast, person

MINUTE = timedelta(minutes=1)


@dataclass
class Past:
    """`manager` owns the review; `lead` approves reviews."""

    cast: Cast
    incident: Incident
    review: Review
    manager: object
    lead: object
    at: datetime

    def write(self, kind: str, text: str, *, by=None, at=None):
        section = self.review.sections.get(kind=kind)
        return sections.write(
            section=section, text=text, version=section.version, by=by or self.manager, at=at or self.at
        )

    def complete(self) -> Review:
        self.write("summary", "Copies of a threat spread for two hours.")
        factors.add(
            review=self.review,
            category="detection",
            text="Nobody watched that hashtag.",
            by=self.manager,
            at=self.at,
        )
        return self.review

    def submitted(self) -> Review:
        return reviews.submit(review=self.complete(), by=self.manager, at=self.at)


def lived_through(cast: Cast, *, began: datetime, **told) -> Incident:
    incident = cast.report(at=began, **told)
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=began + 12 * MINUTE)
    lifecycle.contain(incident=incident, by=cast.manager, at=began + 50 * MINUTE)
    return lifecycle.resolve(incident=incident, by=cast.manager, at=began + 120 * MINUTE)


@pytest.fixture
def lead(cast):
    return person("lead", "review_lead", cast.manager.password)


@pytest.fixture
def past(cast, lead) -> Past:
    at = datetime.now(UTC)
    incident = lived_through(cast, began=at - timedelta(hours=3))
    return Past(cast, incident, Review.objects.get(incident=incident), cast.manager, lead, at)
