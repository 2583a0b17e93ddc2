import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from devstack import environment, postgres
from devstack.children import stop_all, wait_until
from devstack.places import Refused


@pytest.fixture(scope="module")
def cluster(state) -> Iterator[postgres.Cluster]:
    binaries = postgres.find_binaries(state, environment.site_packages())
    cluster = postgres.Cluster(state, binaries)
    cluster.start()
    yield cluster
    stop_all([cluster.child], within=5)


def test_data_survives_kill_minus_nine(cluster):
    cluster.run_sql("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('yes')", "watchfloor")
    cluster.child.process.kill()
    cluster.child.process.wait()
    cluster.start()
    assert cluster.run_sql("SELECT word FROM kept", "watchfloor").strip() == "yes"


def test_a_stale_pid_that_is_a_strangers_now_stops_nothing_and_harms_nobody(cluster):
    stop_all([cluster.child], within=5)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n")
        cluster.start()
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_both_roles_are_plain(cluster):
    plain = cluster.run_sql(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'watchfloor%'"
        " AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole) ORDER BY 1"
    )
    assert plain.split() == ["watchfloor_app", "watchfloor_owner"]


def test_cyrillic_folds_whatever_the_callers_locale(cluster):
    assert (
        cluster.run_sql("SELECT lower('ЁЖ'), to_tsvector('russian', 'инциденты')").strip()
        == "ёж|'инцидент':1"
    )


def test_data_of_another_version_is_refused_and_kept(cluster):
    stop_all([cluster.child], within=5)
    made_by = cluster.data / "PG_VERSION"
    made_by.write_text("17\n")
    with pytest.raises(Refused, match="made by PostgreSQL 17"):
        cluster.start()
    made_by.write_text(f"{postgres.MAJOR}\n")
    cluster.start()


def test_the_socket_is_for_one_user_and_there_is_no_port(cluster):
    assert cluster.socket.stat().st_mode & 0o077 == 0
    assert cluster.run_sql("SHOW listen_addresses").strip() == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the files to somebody else")
def test_a_copy_of_the_binaries_runs_as_nobody(state):
    original = postgres.find_binaries(state, environment.site_packages())
    copied = postgres._copied(original, state / "pg-binaries")
    assert postgres._nobody_can_run(copied)
    assert postgres.major_of(copied) == postgres.MAJOR


def test_a_predecessor_still_shutting_down_is_waited_for(cluster):
    predecessor = cluster.child.process
    predecessor.send_signal(signal.SIGINT)
    cluster.start()
    assert predecessor.wait() == 0
    assert cluster.is_ready


def test_it_stops_when_the_one_who_started_it_is_killed(cluster):
    stop_all([cluster.child], within=5)
    command = [sys.executable, "-c", PARENT, str(cluster.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=postgres.ROOT) as parent:
        parent.stdout.readline()
        was_running = str(cluster.data) in processes()
        parent.kill()
    assert was_running
    assert wait_until(lambda: str(cluster.data) not in processes(), within=10)
    cluster.start()


PARENT = """
import sys, time
from pathlib import Path
from devstack import environment, postgres
state = Path(sys.argv[1])
cluster = postgres.Cluster(state, postgres.find_binaries(state, environment.site_packages()))
cluster.start()
print(cluster.child.process.pid, flush=True)
time.sleep(60)
"""


def processes() -> str:
    return subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True).stdout
