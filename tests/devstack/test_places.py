import stat

import pytest

from devstack import places


def test_secrets_are_made_once_and_read_by_nobody_else(state):
    first = places.demo_secrets(state)
    assert places.demo_secrets(state) == first
    assert stat.S_IMODE((state / "secrets.json").stat().st_mode) == 0o600
    assert len(first["routing_key"]) == 32
    assert len(first["secret_key"]) >= 50


def test_a_link_planted_in_our_place_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(places.Refused, match="not a directory of ours"):
        places.own_directory(tmp_path / "ours")


def test_a_directory_others_may_write_to_is_refused(tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours").chmod(0o777)
    with pytest.raises(places.Refused, match="belongs to someone else"):
        places.own_directory(tmp_path / "ours")


def test_a_lock_is_had_by_one(tmp_path):
    with places.hold(tmp_path / "lock"):
        assert places.hold(tmp_path / "lock", wait=False) is None
    places.hold(tmp_path / "lock", wait=False).close()


def test_guests_share_a_lock_the_owner_then_waits_for(tmp_path):
    with places.hold(tmp_path / "lock", shared=True), places.hold(tmp_path / "lock", shared=True):
        assert places.hold(tmp_path / "lock", wait=False) is None


def test_what_a_killed_test_run_left_is_swept(state):
    left = places.throwaway_directory()
    (left / "owner.lock").touch()
    places.sweep_throwaways()
    assert not left.exists()
    assert state.exists()


def test_a_half_written_record_counts_as_none(tmp_path):
    (tmp_path / "run.json").write_text('{"pid": 1')
    assert places.read_json(tmp_path / "run.json") is None
