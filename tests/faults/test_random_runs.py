"""No page is lost in whatever order things happen: random runs of the engine on Postgres, over simulated days."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import world
from tests.faults.rules import Runs

profile = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.django_db
def test_no_page_is_lost_in_a_random_run():
    class Here(Runs):
        company = world.found()

    run_state_machine_as_test(Here, settings=profile)
