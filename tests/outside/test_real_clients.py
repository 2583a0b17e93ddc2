"""The tools people already run, unmodified: the `pagerduty` and `apprise` packages, and Debian's Alertmanager."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pagerduty
import pytest

from devstack.ports import free_port
from tests.outside.front import tls_front
from tests.outside.test_from_outside import call, fetch

PACKAGE = "prometheus-alertmanager"


@pytest.fixture
def web(committed_cast, another_process):
    """The product's web process alone; its port. Nobody is paged, for there is no worker."""
    port = free_port()
    another_process(
        "-m", "gunicorn", "config.wsgi:application", "--worker-class", "gthread", "--threads", "4",
        "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning",
    )  # fmt: skip
    _until(lambda: fetch(f"http://127.0.0.1:{port}/healthz")[0])
    return port


@pytest.fixture
def incidents(web, committed_cast):
    """What has been opened, oldest first, as the API tells it."""
    token = committed_cast.token(committed_cast.manager)
    return lambda: call(f"http://127.0.0.1:{web}/api/incidents/", token)[1]["results"][::-1]


def _until(true, seconds=60):
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.1)
    return found


def test_the_pagerduty_client_triggers_acknowledges_and_resolves(
    web, incidents, committed_cast, tmp_path, monkeypatch
):
    with tls_front(web, tmp_path) as (https_url, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        client = pagerduty.EventsApiV2Client(committed_cast.routing_key, base_url=https_url)
        key = client.trigger("Threat", "detector", severity="critical", custom_details={"harm_type": "FR1"})
        [opened] = incidents()
        client.acknowledge(key)
        assert incidents()[0]["acknowledged_at"]
        client.resolve(key)
    assert (opened["harm_type"], opened["severity"], incidents()[0]["stage"]) == ("FR1", "SEV1", "resolved")


@pytest.mark.parametrize("way", ["password", "address"])
def test_apprise_notifies(web, incidents, committed_cast, way):
    key = committed_cast.routing_key
    there = f"127.0.0.1:{web}/intake/notification"
    address = f"json://anybody:{key}@{there}" if way == "password" else f"json://{there}/{key}"
    assert _apprise(f"{address}?:dedup_key=k", "Spike", "failure")
    [opened] = incidents()
    assert _apprise(f"{address}?:dedup_key=k", "Over", "success")
    assert (opened["title"], incidents()[0]["stage"]) == ("Spike", "resolved")


def test_apprise_hears_that_it_was_not_taken(web, incidents):
    assert not _apprise(f"json://127.0.0.1:{web}/intake/notification/{'x' * 32}", "Spike", "failure")
    assert incidents() == []


def _apprise(address, title, kind):
    """Whether Apprise's own command says that it was delivered."""
    command = [Path(sys.executable).with_name("apprise"), "-t", title, "-b", "Forty uploads", "-n", kind]
    return subprocess.run([*command, address], capture_output=True, timeout=60).returncode == 0


# -- Alertmanager itself ---------------------------------------------------------------------------------------------

# Debian's package, whose service need not run; the name is upstream's elsewhere.
BINARY = shutil.which(PACKAGE) or shutil.which("alertmanager")
if BINARY is None and "CI" in os.environ:
    pytest.fail(f"CI proves intake with the real Alertmanager: apt-get install {PACKAGE}", pytrace=False)
needs_alertmanager = pytest.mark.skipif(BINARY is None, reason=f"NOT PROVED HERE: apt-get install {PACKAGE}")


@pytest.fixture
def alerts(web, committed_cast, tmp_path):
    """Hand alerts to an Alertmanager that reports to the web process: `alerts(name, over=False, **labels)`. Those
    labelled `by=events` go by its PagerDuty receiver, others by the webhook."""
    port = free_port()
    config = tmp_path / "alertmanager.yml"
    config.write_text(_configuration(web, committed_cast.routing_key))
    process = subprocess.Popen(
        [
            BINARY, "--config.file", config, "--storage.path", tmp_path / "data",
            "--web.listen-address", f"127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error",
        ]
    )  # fmt: skip
    _until(lambda: fetch(f"http://127.0.0.1:{port}/-/ready")[0] == 200)

    def send(name, *, over=False, summary="", **labels):
        began = datetime.now(UTC) - timedelta(minutes=1)
        told = {"labels": {"alertname": name, **labels}, "annotations": {"summary": summary or name}}
        told |= {"startsAt": began.isoformat(), "generatorURL": "http://prometheus.example/graph"}
        if over:
            told["endsAt"] = (began + timedelta(seconds=50)).isoformat()
        address = f"http://127.0.0.1:{port}/api/v2/alerts"
        headers = {"Content-Type": "application/json"}
        assert fetch(urllib.request.Request(address, json.dumps([told]).encode(), headers))[0] == 200

    yield send
    process.kill()
    process.wait()


def _configuration(port: int, key: str) -> str:
    return dedent(f"""
        route:
          receiver: webhook
          group_by: [alertname]
          group_wait: 100ms
          group_interval: 500ms
          repeat_interval: 1h
          routes:
            - matchers: [by = events]
              receiver: events
        receivers:
          - name: webhook
            webhook_configs:
              - url: http://127.0.0.1:{port}/intake/alertmanager
                http_config: {{authorization: {{credentials: {key}}}}}
          - name: events
            pagerduty_configs:
              - routing_key: {key}
                url: http://127.0.0.1:{port}/v2/enqueue
                severity: critical
    """)


@needs_alertmanager
@pytest.mark.parametrize("way", ["webhook", "events"])
def test_alertmanager_reports_and_resolves(alerts, incidents, way):
    alerts("UploadSwarm", severity="critical", by=way)
    _until(incidents)
    alerts("UploadSwarm", severity="critical", by=way, instance="two")
    alerts("UploadSwarm", severity="critical", by=way, over=True)
    alerts("UploadSwarm", severity="critical", by=way, instance="two", over=True)
    [ended] = _until(lambda: [one for one in incidents() if one["stage"] == "resolved"])
    assert ended["severity"] == "SEV1"
    assert len(incidents()) == 1


@needs_alertmanager
def test_what_was_too_much_for_the_rate_alertmanager_sends_again(alerts, incidents, committed_cast):
    integration = committed_cast.integration
    integration.triggers_per_minute = 1
    integration.save()
    alerts("First")
    _until(incidents)
    alerts("Second")
    _until(lambda: integration.intake_records.filter(status=503).exists())
    integration.triggers_per_minute = 6000
    integration.save()
    assert [one["title"] for one in _until(lambda: incidents()[1:])] == ["Second"]
