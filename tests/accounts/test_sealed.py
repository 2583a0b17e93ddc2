"""Secrets that have to be used again."""

import pytest

from accounts import sealed


def test_what_was_sealed_opens_and_does_not_show():
    box = sealed.seal("slack://secret")
    assert "secret" not in box
    assert sealed.opened(box) == "slack://secret"
    assert sealed.opened("") == ""


def test_another_key_opens_nothing_unless_it_follows_on_the_old(settings):
    box, old = sealed.seal("secret"), settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "y" * 50
    with pytest.raises(sealed.UnopenableError):
        sealed.opened(box)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sealed.opened(box) == "secret"


def test_what_was_altered_raises_and_is_never_given_back():
    box = sealed.seal("secret")
    for altered in (box[:-6] + "AAAAA=", "plain words", box[::-1]):
        with pytest.raises(sealed.UnopenableError):
            sealed.opened(altered)
