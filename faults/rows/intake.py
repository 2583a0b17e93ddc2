"""Row 20: everybody reports the same thing at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from escalations.models import Page
from faults.book import Run, row
from faults.stage import Stage
from incidents.models import Incident, Report

REPORTS = 200


@row(
    20,
    "200 simultaneous reports with one key",
    "one incident, 200 accepted",
    measured="a report sent, until it is accepted",
    short=True,
)
def two_hundred_with_one_key(stage: Stage, run: Run) -> None:
    desk = stage.cast.desk(stage.cast.person("webhook"))
    stage.start("web", "worker-a", "scheduler")
    together = threading.Barrier(REPORTS)

    def report(_: int):
        together.wait(60)
        return stage.report(desk, key="the-same")

    with ThreadPoolExecutor(REPORTS) as threads:
        answers = list(threads.map(report, range(REPORTS)))
    accepted = [answer for answer in answers if answer.status == 202]
    run.hold(len(accepted) == REPORTS, f"{len(accepted)} of {REPORTS} were accepted")
    run.took([answer.answered - answer.sent for answer in accepted], at_most=30, what="accepted")
    run.hold(Incident.objects.count() == 1, f"{Incident.objects.count()} incidents")
    run.hold(Report.objects.count() == REPORTS, f"{Report.objects.count()} reports were kept")
    stage.until(lambda: stage.ledger.taken(), 15)
    run.lost = stage.ledger.lost(["the-same"])
    run.hold(Page.objects.count() == 1, f"{Page.objects.count()} pages")
    run.duplicated = len(stage.ledger.taken()) - 1
    run.hold(run.duplicated == 0, f"paged {run.duplicated + 1} times")
