"""The room, whole, as its manager opens it: with twenty entries and with five hundred, beside the floor of a screen
that shows next to nothing."""

import time

import django

django.setup()

from django.test import Client  # noqa: E402

from accounts import clock  # noqa: E402
from accounts.models import User  # noqa: E402
from benchmarks.table import print_machine, print_row  # noqa: E402
from incidents.actions import entries, intake, lifecycle  # noqa: E402
from incidents.actions.submission import Submission  # noqa: E402
from incidents.choices import Mode, Source  # noqa: E402
from incidents.models import Incident  # noqa: E402

ROUNDS = 30
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def main() -> None:
    print_machine()
    manager = User.objects.get_by_natural_key("maya@watchfloor.example")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(manager, backend=BACKEND)

    def opened(path: str) -> list[float]:
        return [timed(client, path) for _ in range(ROUNDS)]

    print_row("floor: a screen with a sentence on it", opened("/account/logout/"))
    few = print_row("the room with 20 entries", opened(room(manager, 20).get_absolute_url()))
    many = print_row("the room with 500 entries", opened(room(manager, 500).get_absolute_url()))
    print(f"500 entries take {many / few:.2f} times as long as 20")


def timed(client: Client, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return time.perf_counter() - began


def room(manager: User, notes: int) -> Incident:
    at = clock.now()
    submission = Submission(
        source=Source.FORM,
        principal=f"person:{manager.pk}",
        reporter=manager,
        title="Measured",
        harm_type="UN1",
        mode=Mode.TEST,
    )
    incident = intake.receive(submission=submission, at=at)[0].incident
    lifecycle.accept(incident=incident, manager=manager, by=manager, at=at)
    for number in range(notes):
        entries.add_note(
            incident=incident, text=f"Note **{number}**, with a list\n\n- one", by=manager, at=at
        )
    return incident


if __name__ == "__main__":
    main()
