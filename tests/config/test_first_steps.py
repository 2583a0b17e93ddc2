"""What docs/operations.md says of a fresh installation: a roster, a policy and a route, each on its screen, are enough
for somebody to be paged."""

from accounts import clock
from accounts.tasks import send_email
from escalations.models import EscalationPolicy
from escalations.tasks import sweep
from incidents.models import Incident
from oncall.models import Roster
from tests.cast import HASHED, person
from tests.oncall.sheets import layer_sheet, roster_sheet, url


def test_a_fresh_installation_pages_somebody_after_three_screens(db, signed_in, mailbox):
    ada = person("ada", "responder", HASHED)
    rosters = signed_in(person("tomas", "roster_admin", HASHED))
    console = signed_in(person("ingrid", "administrator", HASHED))

    rosters.post(url("roster_add"), roster_sheet(ada, name="Duty", zone="UTC"))
    roster = Roster.objects.get(slug="duty")
    begun = str(clock.now().date().replace(day=1))
    rosters.post(url("layer_add", roster.pk), layer_sheet(ada, anchor_on=begun, handoff_time="00:00"))
    asked = {"name": "All", "version": "1", "minutes": ["5"], "who-0": [f"roster:{roster.pk}:primary"]}
    console.post("/admin/policies/add/", {"press": "save", **asked})
    console.post("/admin/routes/add/", {"policy": EscalationPolicy.objects.get().pk})

    sent = signed_in(person("rita", "reporter", HASHED)).post(
        "/report/", {"title": "Threat against a school", "harm_type": "VT3"}
    )
    assert sent.status_code == 302
    sweep()
    send_email()
    code = Incident.objects.get().code
    assert [mail.to for mail in mailbox.take() if code in mail.subject] == [[ada.email]]
