"""Signing in and out: one answer for known and unknown, throttled by address, nothing after deactivation."""

import pytest
from django.test import Client

SIGN_IN = "/account/login/"


@pytest.fixture
def sign_in(cast):
    def attempt(email, password, client=None, **extra):
        client = client or Client()
        return client.post(SIGN_IN, {"login": email, "password": password}, **extra)

    return attempt


def test_signing_in_and_out(cast, sign_in):
    client = Client()
    assert sign_in(cast.on_duty.email.upper(), cast.password, client)["Location"] == "/"
    assert client.get("/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/").status_code == 302


def test_known_and_unknown_people_get_the_same_answer(cast, sign_in):
    known = sign_in(cast.on_duty.email, "wrong password")
    unknown = sign_in("nobody@cast.example", "wrong password")
    assert known.status_code == unknown.status_code
    words = "not correct"
    assert (words in known.content.decode(), words in unknown.content.decode()) == (True, True)


def test_guessing_is_throttled_by_address_and_locks_nobody_out(cast, sign_in):
    answers = [
        sign_in(cast.on_duty.email, f"guess {n}", REMOTE_ADDR="127.0.0.9").content.decode() for n in range(12)
    ]
    assert "Too many failed" in answers[-1]
    assert sign_in(cast.on_duty.email, cast.password, REMOTE_ADDR="127.0.0.10").status_code == 302


def test_nobody_signs_themselves_up(cast):
    told = {"email": "new@cast.example", "password1": "long-enough-words", "password2": "long-enough-words"}
    Client().post("/account/signup/", told)
    from accounts.models import User

    assert not User.objects.filter(email="new@cast.example").exists()


def test_a_deactivated_persons_session_ends(cast, signed_in):
    client = signed_in(cast.on_duty)
    cast.on_duty.is_active = False
    cast.on_duty.save()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/", "/account/login/", "/nowhere/"])
def test_no_response_goes_without_its_headers(cast, path):
    headers = Client().get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (headers["Referrer-Policy"], headers["X-Frame-Options"]) == ("same-origin", "DENY")
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_console_speaks_the_viewers_language_and_zone(cast, signed_in):
    cast.on_duty.language = "ru"
    cast.on_duty.save()
    assert 'lang="ru"' in signed_in(cast.on_duty).get("/").content.decode()
