"""No page is lost in whatever order things happen: random runs of the engine on Postgres, over simulated days.

Seen to fail once the engine is broken by hand: an outcome or a hand-back without its fence; a step forgotten, skipped,
taken too early or too late; a page given up that lets nobody else be asked; what failed for now not tried again; quiet
hours that hold what is severe; a raise that is not rerouted; what was never claimed told as sent. One connection plays
everybody, so what only two at once can break (`SKIP LOCKED`) is for `tests/accounts/test_claims.py`."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import world
from tests.faults.rules import Runs

# A minute on a quiet core. Give it more of both to look for longer.
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
