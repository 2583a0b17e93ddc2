"""Finding an incident from anywhere: codes however they are typed, words of a title, and nothing that is not one's
to see."""

import pytest
from django.test import Client

from config.search import code_meant
from incidents.models import Incident


@pytest.fixture
def school(cast) -> Incident:
    return cast.report(title="Threat against a school")


def found(client: Client, question: str, **headers) -> str:
    answer = client.get("/search/", {"q": question}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("typed", ["WF-1A0B2C", "wf-1a0b2c", "WF1A0B2C", " wf 1aob 2c ", "la0b2c", "IAOB2C"])
def test_a_code_is_found_however_it_is_typed(cast, signed_in, school, typed):
    assert code_meant(typed) == "WF-1A0B2C"
    school.code = "WF-1A0B2C"
    school.save(update_fields=["code"])
    assert school.title in found(signed_in(cast.manager), typed)


def test_words_are_found_wherever_they_stand_in_a_title_and_in_any_order(cast, signed_in, school):
    client = signed_in(cast.manager)
    assert school.code in found(client, "SCHOOL threat")
    assert school.code not in found(client, "school bomb")
    assert "No incident of yours fits" in found(client, "school bomb")


def test_the_very_code_comes_first_and_at_most_eight_are_shown(cast, signed_in, school):
    for number in range(9):
        cast.report(title=f"{school.code} is spoken of again, {number}")
    palette = found(signed_in(cast.manager), school.code, x_fragment="1")
    assert palette.count('role="option"') == 8
    assert palette.index(school.get_absolute_url()) < palette.index("spoken of again")


@pytest.mark.parametrize("part", ["outsider", "reporter", "partner"])
def test_who_may_not_see_it_finds_nothing_by_code_or_words(cast, signed_in, school, part):
    client = signed_in(getattr(cast, part))
    for question in (school.code, "school"):
        assert found(client, question, x_fragment="1").strip() == ""
        assert school.get_absolute_url() not in found(client, question)


def test_a_clearance_one_lacks_hides_an_incident_from_the_search(cast, signed_in):
    hidden = cast.report(title="Known only to the cleared", harm_type="CS2")
    assert hidden.code not in found(signed_in(cast.on_duty), "cleared", x_fragment="1")
    assert hidden.code in found(signed_in(cast.specialist), "cleared", x_fragment="1")


def test_a_stranger_signs_in_first(db):
    assert (
        Client().get("/search/", {"q": "school"})["Location"] == "/account/login/?next=/search/%3Fq%3Dschool"
    )


@pytest.mark.parametrize("question", ["", " ", "\0", "%", "_", "'", "x" * 5000, "nothing " * 300])
def test_no_question_breaks_it(cast, signed_in, school, question):
    assert school.code not in found(signed_in(cast.manager), question)


def test_searching_costs_the_same_however_much_is_found(cast, signed_in, django_assert_num_queries):
    client = signed_in(cast.manager)
    for number in range(5):
        cast.report(title=f"School {number}")
    for question in ("school 3", "school"):
        with django_assert_num_queries(12):
            found(client, question, x_fragment="1")
