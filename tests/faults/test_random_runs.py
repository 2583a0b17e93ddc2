"""No page is lost in whatever order things happen: random runs of the engine on Postgres, over simulated days."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import world
from tests.faults.rules import Runs

# Half a minute on two quiet cores. Give it more of both to look for longer.
profile = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.django_db
def test_no_page_is_lost_in_a_random_run():
    with connection.cursor() as cursor:  # one transaction is the whole test, however long the machine thinks
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

    class Here(Runs):
        company = world.found()

    run_state_machine_as_test(Here, settings=profile)
