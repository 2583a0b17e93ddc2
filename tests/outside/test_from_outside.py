"""As a stranger's script would: the product's own processes, its sockets, and nothing of its Python."""

import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pagerduty
import pytest

from devstack.ports import free_port
from tests.faults.test_losing_a_half import BEAT, WORKER
from tests.outside.front import tls_front


@pytest.fixture
def console(committed_cast, another_process, tmp_path):
    """Web and worker of a console of its own; its port."""
    port = free_port()
    base_url = {"BASE_URL": f"http://127.0.0.1:{port}"}
    another_process(
        "-m", "gunicorn", "config.wsgi:application", "--worker-class", "gthread", "--threads", "4",
        "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning", **base_url,
    )  # fmt: skip
    another_process(*WORKER, **base_url)
    another_process(*BEAT, str(tmp_path / "beat"))
    until = time.monotonic() + 30
    while fetch(f"http://127.0.0.1:{port}/healthz")[0] != 200:
        assert time.monotonic() < until, "the console did not become healthy"
        time.sleep(0.1)
    return port


class Browser:
    """Cookies, redirects, forms; no more than a script has."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, url, form=None):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        return fetch(urllib.request.Request(url, data), self.opener)

    def submit(self, url, **fields):
        _, page = self.open(url)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        return self.open(url, fields | {"csrfmiddlewaretoken": token})


def fetch(request, opener=None):
    try:
        with (opener.open if opener else urllib.request.urlopen)(request, timeout=15) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


def call(url, token, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    status, text = fetch(urllib.request.Request(url, data, headers))
    return status, json.loads(text)


def test_the_pagerduty_client_triggers_and_the_mails_link_acknowledges(
    console, committed_cast, mailbox, tmp_path, monkeypatch
):
    with tls_front(console, tmp_path) as (https_url, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        client = pagerduty.EventsApiV2Client(committed_cast.routing_key, base_url=https_url)
        key = client.trigger("Threat against a school", "detector", severity="critical")
    [mail] = mailbox.wait_for(1)
    link = re.search(r"http://127\.0\.0\.1:\d+/p/\S+", mail.text).group(0)
    assert Browser().submit(link)[0] in {200, 410}
    token = committed_cast.token(committed_cast.manager)
    [incident] = call(f"http://127.0.0.1:{console}/api/incidents/", token)[1]["results"]
    assert (incident["acknowledged_by"], incident["stage"]) == (committed_cast.on_duty.name, "triage")
    assert key


def test_an_alert_sent_in_chunks_is_an_alert(console, committed_cast, mailbox):
    payload = {"summary": "Chunked", "source": "detector", "severity": "info"}
    event = {"routing_key": committed_cast.routing_key, "event_action": "trigger", "payload": payload}
    connection = http.client.HTTPConnection("127.0.0.1", console, timeout=10)
    body = iter([json.dumps(event).encode()])
    connection.request("POST", "/v2/enqueue", body, {"Content-Type": "application/json"}, encode_chunked=True)
    assert connection.getresponse().status == 202
    connection.close()
    assert mailbox.wait_for(1)[0].to == [committed_cast.on_duty.email]


def test_somebody_without_the_clearance_gets_the_same_404_as_for_nothing(console, committed_cast, mailbox):
    base_url, token = f"http://127.0.0.1:{console}", committed_cast.token(committed_cast.manager)
    report = {"title": "New material", "harm_type": "CS2"}
    status, receipt = call(f"{base_url}/api/reports/", token, report)
    assert (status, receipt["severity"]) == (201, "SEV1")
    assert mailbox.wait_for(1)[0].to == [committed_cast.manager.email]

    browser = Browser()
    sign_in = f"{base_url}/account/login/"
    assert (
        browser.submit(sign_in, login=committed_cast.on_duty.email, password=committed_cast.password)[0]
        == 200
    )
    hidden = browser.open(f"{base_url}/incidents/{receipt['incident']}/")
    absent = browser.open(f"{base_url}/incidents/WF-000000/")
    assert (hidden[0], absent[0]) == (404, 404)
    assert receipt["incident"] not in browser.open(f"{base_url}/incidents/")[1]
