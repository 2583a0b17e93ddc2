"""The plans for crises: ordered steps, who takes each, and how many minutes after the start it is due. Reference
data in versions: a version that has been started anywhere is never changed, a better one is added beside it, and
a running incident keeps the one it began with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.choices import Function

PHASES = {
    "detect": _("Detect"),
    "triage": _("Triage"),
    "contain": _("Contain"),
    "notify": _("Notify"),
    "manage": _("Manage"),
    "recover": _("Recover"),
    "review": _("Review"),
}
MANAGER = ""  # a step nobody else has falls to the incident manager


@dataclass(frozen=True, slots=True)
class Step:
    """`due`: minutes after the playbook starts; `function`: who takes it, the incident manager where empty;
    `evidence`: whether doing it has to leave a trace, such as a number or a place to find it."""

    code: str
    phase: str
    title: str | Promise
    due: int
    function: str = MANAGER
    evidence: bool = False

    @property
    def due_after(self) -> timedelta:
        return timedelta(minutes=self.due)


@dataclass(frozen=True, slots=True)
class Playbook:
    code: str
    version: int
    name: str | Promise
    harm_types: frozenset[str]
    steps: tuple[Step, ...]


_ATTACK = (
    Step("confirm", "detect", _("Confirm whether it is live or a replay, and where it comes from: from metadata, with one viewer only"), 5, Function.CONTAINMENT),
    Step("declare", "triage", _("Set SEV0, name the incident manager, open the bridge"), 10),
    Step("footage", "triage", _("Classify the footage: perpetrator, accomplice, bystander, CCTV or unknown"), 15, Function.CONTAINMENT),
    Step("end-stream", "contain", _("End the stream, freeze the account, block going live again"), 15, Function.CONTAINMENT, evidence=True),
    Step("preserve", "contain", _("Preserve stream and account data; delete nothing"), 20, Function.LEGAL, evidence=True),
    Step("hash", "contain", _("Make the hashes and load them into the match bank"), 30, Function.DETECTION, evidence=True),
    Step("surfaces", "contain", _("Turn off recommendation, search, hashtag and sound reuse; limit going live in the region"), 30, Function.CONTAINMENT),
    Step("authorities", "notify", _("Tell law enforcement as the geography requires"), 30, Function.LAW_ENFORCEMENT, evidence=True),
    Step("industry", "notify", _("Tell the industry body, decide on sharing hashes, note any activation"), 45, Function.DETECTION, evidence=True),
    Step("holding-line", "notify", _("Agree the holding line with Legal and Communications"), 45, Function.COMMS),
    Step("variants", "manage", _("Hunt variants every 30 minutes: uploads, blocked at upload, views"), 60, Function.DETECTION, evidence=True),
    Step("rotate", "manage", _("Rotate viewers every 30 minutes and keep the exposure cap on"), 60, Function.WELLNESS),
    Step("stand-down", "recover", _("Stand down once new variants stay under the agreed rate for six hours"), 720, evidence=True),
    Step("measure", "review", _("Record time to end, views before removal and variants missed; offer wellness check-ins"), 1440, Function.DATA, evidence=True),
)  # fmt: skip

_CSEA = (
    Step("restrict", "detect", _("Make sure the incident is restricted and no thumbnail is shown anywhere"), 5),
    Step("hash-first", "detect", _("Hash first: known material gets no human view, new material one qualified reviewer"), 15, Function.DETECTION),
    Step("danger", "triage", _("Is a child in danger now? If so: urgent report, law enforcement, SEV0"), 15, evidence=True),
    Step("classify", "triage", _("Give the industry classification and the annotations"), 60, Function.CONTAINMENT),
    Step("account", "triage", _("Bring together that account’s material and contacts"), 90, Function.DATA),
    Step("remove", "contain", _("Remove, suspend, block the device"), 60, Function.CONTAINMENT, evidence=True),
    Step("report", "notify", _("Report to the clearing house or national agency, once; keep its number only"), 120, Function.LEGAL, evidence=True),
    Step("hold", "notify", _("Start the one-year hold in the evidence store, not here"), 180, Function.LEGAL, evidence=True),
    Step("network", "manage", _("Follow the network: linked accounts, shared scripts"), 480, Function.CONTAINMENT),
    Step("victims", "manage", _("Open the contact route for victims, through specialists"), 480, Function.LAW_ENFORCEMENT),
    Step("share", "recover", _("Share hashes with the partner lists, once approved"), 1440, Function.DETECTION, evidence=True),
    Step("debrief", "review", _("Offer the wellness debrief within 24 hours; review without imagery"), 1440, Function.WELLNESS),
)  # fmt: skip

PLAYBOOKS: dict[tuple[str, int], Playbook] = {
    (playbook.code, playbook.version): playbook
    for playbook in (
        Playbook("attack", 1, _("Livestreamed attack"), frozenset({"VT2"}), _ATTACK),
        Playbook(
            "csea", 1, _("Child sexual exploitation and abuse"), frozenset({"CS1", "CS2", "CS3"}), _CSEA
        ),
    )
}


def current() -> Iterator[Playbook]:
    """The newest version of each playbook: what an incident is started with."""
    newest = {code: max(v for c, v in PLAYBOOKS if c == code) for code, _version in PLAYBOOKS}
    return (PLAYBOOKS[code, version] for code, version in newest.items())


def for_harm_type(harm_type: str) -> Playbook | None:
    return next((playbook for playbook in current() if harm_type in playbook.harm_types), None)


def step_of(code: str, version: int, step: str) -> Step:
    """One step as it was in that version. KeyError when there is no such version."""
    return next(found for found in PLAYBOOKS[code, version].steps if found.code == step)
