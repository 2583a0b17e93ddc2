import socket

from devstack import environment, valkey
from devstack.children import stop_all
from devstack.ports import free_port


def test_it_answers_to_its_password_alone(state):
    port = free_port()
    cache = valkey.Valkey(state, valkey.find_binary(environment.site_packages()), port, "correct")
    cache.start()
    cache.wait()
    stranger = valkey.Valkey(state, cache.binary, port, "guessed")
    assert cache.is_ready
    assert not stranger.is_ready
    stop_all([cache.child], within=3)
    assert not cache.is_ready


def test_a_wanted_port_is_kept_unless_somebody_listens_there():
    wanted = free_port()
    assert free_port(wanted) == wanted
    with socket.create_server(("127.0.0.1", wanted)):
        assert free_port(wanted) != wanted
