"""Everybody's own API tokens: made, shown once, revoked."""

import re

import pytest

from accounts.models import ApiToken, AuditEvent


def test_a_token_is_shown_once_works_and_is_revoked(cast, signed_in):
    client = signed_in(cast.on_duty)
    made = client.post("/account/tokens/", {"name": "Script", "days": "30"}).content.decode()
    secret = re.search(r'value="(wf_[^"]+)"', made)[1]
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/pages/", headers=headers).status_code == 200
    assert secret not in client.get("/account/tokens/").content.decode()

    token = ApiToken.objects.get()
    assert signed_in(cast.second).post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert client.get("/api/pages/", headers=headers).status_code == 401
    kept = AuditEvent.objects.filter(object_type="apitoken").order_by("pk")
    assert [event.action for event in kept] == ["token_made", "token_revoked"]
    assert secret not in repr(list(kept.values()))


@pytest.mark.parametrize(
    ("told", "words"),
    [({"name": "", "days": "30"}, "Name what"), ({"name": "x", "days": "7"}, "valid choice")],
)
def test_bad_input_makes_no_token(cast, signed_in, told, words):
    answer = signed_in(cast.on_duty).post("/account/tokens/", told)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not ApiToken.objects.exists()


def test_sending_the_form_twice_makes_one_token(cast, signed_in):
    client = signed_in(cast.outsider)
    told = {"name": "Script", "days": "0"}
    assert [client.post("/account/tokens/", told).status_code for _ in range(2)] == [200, 422]
    assert ApiToken.objects.get().expires_at is None


def test_nobody_hoards_tokens(cast, signed_in):
    client = signed_in(cast.on_duty)
    answers = [client.post("/account/tokens/", {"name": f"t{n}", "days": "30"}) for n in range(21)]
    assert "20 tokens" in answers[-1].content.decode()
    assert ApiToken.objects.count() == 20
