"""Rows 3 to 8: what providers do to us."""

import time
from collections.abc import Callable

from accounts.actions.overdue import UNCONFIRMED
from accounts.channels.egress import SECONDS as PATIENCE
from accounts.models import Delivery
from faults.book import Run, row, variant
from faults.stage import Stage
from tests.stubs.twilio import TOKEN


@row(
    3,
    "provider answers 503 for 30 min",
    "another channel ≤ 60 s; the page itself ≤ 60 s after recovery if still unacked",
    measured="accepted until the other channel; recovery until the channel itself",
)
def texts_are_refused_for_half_an_hour(stage: Stage, run: Run) -> None:
    person = stage.cast.person("sms:0", "email:3600")
    stage.twilio.behave("refuse", status=503)
    stage.start("web", "worker-a", "scheduler")
    answer = stage.report(stage.cast.desk(person))
    stage.until(lambda: stage.ledger.calls("sms"), 10, "no text was tried")
    stage.pass_time(20)
    stage.until(lambda: stage.ledger.taken("email"), 45)
    mails = [stage.between(answer.answered, one.at) for one in stage.ledger.taken("email")]
    run.took(mails[:1], at_most=60, what="another channel")
    while stage.simulated < 1800:
        tried = len(stage.ledger.calls("sms"))
        stage.pass_time(120)
        stage.until(lambda tried=tried: len(stage.ledger.calls("sms")) > tried, 5)
    run.facts["refused"] = len(stage.ledger.calls("sms"))
    run.hold(not stage.ledger.taken("sms"), "a text was taken while the provider refused")
    stage.twilio.behave("well")
    recovered = time.time()
    while (
        not stage.until(lambda: stage.ledger.taken("sms"), 4) and stage.between(recovered, time.time()) < 90
    ):
        stage.pass_time(10)
    texts = [stage.between(recovered, one.at) for one in stage.ledger.taken("sms")]
    run.took(texts[:1], at_most=60, what="the page itself after recovery")
    _no_duplicate(stage, run, [answer.key])


@row(
    4,
    "provider accepts, never confirms",
    "next channel after the policy's patience; “unconfirmed” visible",
    measured="handed to the first, until the next has it",
)
def a_text_nothing_is_heard_of(stage: Stage, run: Run) -> None:
    from django.test import Client

    person = stage.cast.person("sms:0", "email:3600")
    stage.twilio.behave("silent")
    stage.start("web", "worker-a", "scheduler")
    answer = stage.report(stage.cast.desk(person))
    stage.until(lambda: stage.ledger.taken("sms"), 10, "no text was sent")
    text = stage.ledger.taken("sms")[0].at
    stage.pass_time(50)
    time.sleep(3)
    run.hold(not stage.ledger.taken("email"), "the next channel did not wait for the patience to end")
    stage.pass_time(5)
    stage.until(lambda: stage.ledger.taken("email"), 15)
    mails = [stage.between(text, one.at) for one in stage.ledger.taken("email")]
    run.took(mails[:1], at_most=66, what="next channel")
    run.hold(not mails or mails[0] >= 59, "the next channel came before the patience was over")
    told = Delivery.objects.get(channel="sms")
    run.hold(
        (told.state, told.outcome) == ("sent", UNCONFIRMED), f"the row says {told.state}, {told.outcome}"
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get("/account/reach/").content.decode().lower()
    run.hold("unconfirmed" in shown, "the person's delivery history does not say so")
    _no_duplicate(stage, run, [answer.key])


@row(
    5,
    "provider times out after accepting",
    "at most one duplicate, both rows tied to one page",
    measured="taken the first time, until taken again",
    short=True,
)
def the_answer_comes_too_late(stage: Stage, run: Run) -> None:
    people = {"sms": stage.cast.person("sms"), "webhook": stage.cast.person("webhook")}
    desks = {kind: stage.cast.desk(person) for kind, person in people.items()}
    for stub in (stage.twilio, stage.webhook):
        stub.behave("late", seconds=PATIENCE + 1.5, times=1)
    stage.start("web", "worker-a", "scheduler")
    answers = {kind: stage.report(desk) for kind, desk in desks.items()}
    stage.until(lambda: all(len(stage.ledger.taken(kind)) >= 2 for kind in desks), 25)
    time.sleep(3)
    for kind, answer in answers.items():
        taken = stage.ledger.taken(kind)
        run.hold(len(taken) <= 2, f"{kind}: taken {len(taken)} times")
        run.took([taken[1].at - taken[0].at] if len(taken) > 1 else [], at_most=15, what=f"{kind} again")
        keys = {one.key for one in taken}
        rows = Delivery.objects.filter(idempotency_key__in=keys)
        messages = set(rows.values_list("message", flat=True))
        run.hold(
            len(rows) == len(keys) and len(messages) == 1,
            f"{kind}: rows {len(rows)} of {len(messages)} pages",
        )
        run.lost += stage.ledger.lost([answer.key])
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated <= 2, f"{run.duplicated} duplicates of two calls that were too late")


@row(
    6,
    "webhook answers 500, or 200 with an error body where the provider does that",
    "failed, retried",
    measured="the first refusal, until it is taken",
)
def five_hundred(stage: Stage, run: Run) -> None:
    _refused_twice(stage, run, lambda: stage.webhook.behave("refuse", status=500, times=2))


@variant(6)
def two_hundred_with_an_error(stage: Stage, run: Run) -> None:
    _refused_twice(stage, run, lambda: stage.webhook.behave("well", body='{"ok": false}', times=2))


def _refused_twice(stage: Stage, run: Run, misbehave: Callable[[], None]) -> None:
    desk = stage.cast.desk(stage.cast.person("webhook"))
    misbehave()
    stage.start("web", "worker-a", "scheduler")
    answer = stage.report(desk)
    stage.until(lambda: len(stage.ledger.calls("webhook")) == 3, 20)
    time.sleep(1)
    calls = stage.ledger.calls("webhook")
    run.hold(len(calls) == 3, f"{len(calls)} calls instead of two refusals and one that was taken")
    run.took([one.at - calls[0].at for one in calls[2:3]], at_most=15, what="taken")
    stage.until(lambda: Delivery.objects.filter(state="sent").exists(), 5)
    rows = list(Delivery.objects.order_by("attempt").values_list("attempt", "state"))
    run.hold(rows == [(1, "failed"), (2, "failed"), (3, "sent")], f"the rows say {rows}")
    run.lost = stage.ledger.lost([answer.key])


@row(
    7,
    "one provider hangs 30 s",
    "other channels' p99 unchanged",
    measured="accepted until the mail is with its server, while webhooks hang",
)
def webhooks_hang_and_mail_does_not(stage: Stage, run: Run) -> None:
    """Forty mails without and forty with ten webhooks in the air. Unchanged: not slower by more than half a second."""
    mailed = [stage.cast.desk(person) for person in stage.cast.people(40, "email")]
    hooked = [stage.cast.desk(person) for person in stage.cast.people(10, "webhook")]
    stage.start("web", "worker-a", "watchdog", "scheduler")
    _one_by_one(stage, mailed[:5])
    time.sleep(2.1)
    quiet = _one_by_one(stage, mailed)
    stage.webhook.behave("hang", seconds=30)
    stuck = stage.report_all(hooked)
    stage.until(lambda: stage.ledger.calls("webhook"), 10, "no webhook was called")
    time.sleep(2.1)
    loud = _one_by_one(stage, mailed)
    calls = stage.ledger.calls("webhook")
    run.hold(calls[-1].at > loud[-1][1] - 15, "the webhooks no longer hung")
    before, during = (_p99([at - accepted for accepted, at in told]) for told in (quiet, loud))
    run.facts |= {"p99 before": round(before, 3), "p99 while hanging": round(during, 3), "hung": len(calls)}
    run.took([at - accepted for accepted, at in loud], at_most=before + 0.5, what="mail while webhooks hang")
    stage.webhook.behave("well")
    keys = [answer.key for answer in stuck]
    stage.until(lambda: not stage.ledger.lost(keys), 60)
    run.lost = stage.ledger.lost(keys)


def _one_by_one(stage: Stage, desks: list) -> list[tuple[float, float]]:
    """When each was accepted, and when its mail was with the server."""
    told = []
    for desk in desks:
        answer = stage.report(desk)
        stage.until(lambda answer=answer: stage.ledger.first_of([answer.key]), 20, "a mail did not come")
        told.append((answer.answered, stage.ledger.first_of([answer.key])[answer.key]))
    return told


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.99))]


@row(
    8,
    "callbacks late, repeated, out of order, forged",
    "state never goes back; bad signature 403",
    measured="a callback, until it is answered",
    short=True,
)
def callbacks_of_every_kind(stage: Stage, run: Run) -> None:
    stage.twilio.behave("silent")
    person = stage.cast.person("sms:0", "email:3600")
    stage.start("web", "worker-a", "scheduler")
    answer = stage.report(stage.cast.desk(person))
    stage.until(lambda: stage.ledger.taken("sms"), 10, "no text was sent")
    call = next(call for call in stage.twilio.calls if call.took)
    stage.until(
        lambda: Delivery.objects.get(channel="sms").state == "sent", 5, "the text is not recorded as sent"
    )

    def tell(status: str, expected: int = 204, **more: str) -> None:
        token = more.pop("token", TOKEN)
        fields = {"MessageSid": call.made["sid"], "MessageStatus": status, "To": call.made["To"]} | more
        began = time.time()
        got, _ = stage.twilio.call_back(call.made["StatusCallback"], fields, token=token)
        run.took([time.time() - began], at_most=5, what="callback")
        run.hold(got == expected, f"{status} was answered {got}, not {expected}")

    def stands(status: str, state: str, after: str) -> None:
        found = Delivery.objects.get(channel="sms")
        told = (found.provider_status, found.state, found.confirmed_at is not None)
        run.hold(told == (status, state, status == "delivered"), f"{after}: the row says {told}")

    tell("delivered", 403, token="not the token")
    stands("", "sent", "forged")
    tell("sent")
    stands("sent", "sent", "on its way")
    tell("queued")
    stands("sent", "sent", "out of order")
    tell("delivered")
    stands("delivered", "sent", "delivered")
    for status in ("delivered", "sent", "queued", "failed", "undelivered"):
        tell(status)
        stands("delivered", "sent", f"then {status}")
    tell("failed", 403, token="not the token")
    stands("delivered", "sent", "forged at the end")
    _failed_and_delivered_later(stage, run)
    _no_duplicate(stage, run, [answer.key])


def _failed_and_delivered_later(stage: Stage, run: Run) -> None:
    """A number that is gone: the next way at once, and what comes later changes nothing."""
    person = stage.cast.person("sms:0", "email:3600")
    answer = stage.report(stage.cast.desk(person))
    address = stage.cast.address(person, "sms")
    stage.until(lambda: stage.ledger.taken("sms", to=address), 10, "no second text was sent")
    call = next(call for call in stage.twilio.calls if call.took and call.made["To"] == address)
    stage.until(lambda: Delivery.objects.filter(method__address=address, state="sent").exists(), 5)
    stage.twilio.report(call, "failed", ErrorCode="30005")
    run.hold(stage.until(lambda: stage.ledger.taken("email", to=person.email), 10), "no other way was taken")
    stage.twilio.report(call, "delivered")
    stage.twilio.report(call, "sent")
    found = Delivery.objects.get(method__address=address)
    run.hold(
        (found.state, found.provider_status) == ("failed", "failed"), f"it went back: {found.provider_status}"
    )
    run.lost += stage.ledger.lost([answer.key])


def _no_duplicate(stage: Stage, run: Run, keys: list[str]) -> None:
    run.lost += stage.ledger.lost(keys)
    run.duplicated = stage.ledger.labelled() + stage.ledger.unlabelled()
    run.hold(run.duplicated == 0, f"{run.duplicated} duplicates")
