"""What a review's actions say to open screens: that it was written, or that it moved; never what."""

import json

import pytest
from django.db import connection

from postmortems.actions import factors, improvements, remarks, reviews, sections
from postmortems.actions.improvements import Plan


@pytest.fixture
def heard(monkeypatch, django_capture_on_commit_callbacks):
    """`heard(work)`: the kinds said about the incident, in order, once `work` is durable."""

    def listen(work) -> list[str]:
        said: list[dict] = []
        monkeypatch.setattr("accounts.poke._publish", lambda channel, words: said.append(json.loads(words)))
        connection.run_on_commit.clear()  # of the work before, which no test commits; the same words are said once
        with django_capture_on_commit_callbacks(execute=True):
            work()
        assert all(set(one) == {"kind", "pk", "code", "profile"} for one in said)
        return [one["kind"] for one in said]

    return listen


def test_whatever_is_written_in_a_review_is_said_of_the_review_alone(past, heard):
    told = {"by": past.manager, "at": past.at}
    plan = Plan(
        title="x", detail="", kind="detect", priority=1, owner=past.manager, due_on=past.review.due_on
    )
    review = past.review
    assert heard(lambda: past.write("summary", "Two hours.")) == ["review"]
    revision = review.sections.get(kind="summary").revisions.get(version=1)
    assert heard(lambda: sections.restore(revision=revision, **told)) == ["review"]
    assert heard(lambda: factors.add(review=review, category="detection", text="x", **told)) == ["review"]
    factor = review.factors.get()
    assert heard(lambda: factors.change(factor=factor, category="policy", text="y", **told)) == ["review"]
    assert heard(lambda: factors.remove(factor=factor, **told)) == ["review"]
    assert heard(lambda: improvements.add(review=review, plan=plan, **told)) == ["review"]
    improvement = review.improvements.get()
    assert heard(lambda: improvements.move(improvement=improvement, to="in_progress", **told)) == ["review"]
    change = {"improvement": improvement, "plan": plan | {"title": "y"}, "version": 2}
    assert heard(lambda: improvements.change(**change, **told)) == ["review"]
    assert heard(lambda: remarks.add(review=review, text="x", **told)) == ["review"]
    assert heard(lambda: remarks.settle(remark=review.remarks.get(), **told)) == ["review"]


def test_what_becomes_of_a_review_is_said_of_its_incident(past, heard):
    past.complete()
    told = {"by": past.manager, "at": past.at}
    owner = {"owner": past.lead, "due_on": past.review.due_on}
    assert heard(lambda: reviews.hand_over(review=past.review, **owner, **told)) == ["incident"]
    assert heard(lambda: reviews.submit(review=past.review, **told)) == ["incident"]
    assert heard(lambda: reviews.send_back(review=past.review, reason="x", **told)) == ["incident"]


def test_the_same_words_again_are_no_news(past, heard):
    past.write("summary", "Two hours.")
    assert heard(lambda: past.write("summary", "Two hours.")) == []
