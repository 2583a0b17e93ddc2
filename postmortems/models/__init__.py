from postmortems.models.improvement import Improvement
from postmortems.models.narrative import ContributingFactor, ReviewRemark, Section, SectionRevision
from postmortems.models.review import Review, ReviewStep

__all__ = [
    "ContributingFactor",
    "Improvement",
    "Review",
    "ReviewRemark",
    "ReviewStep",
    "Section",
    "SectionRevision",
]
