"""Codes as words: the rubric's inputs and scales, and a severity's reasoning as sentences in the reader's
language."""

from collections.abc import Iterable

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from incidents.choices import DeclineReason, Severity
from incidents.taxonomy import HARM_TYPES

INPUT_LABELS = {
    "G": _("Gravity"),
    "I": _("Imminence"),
    "R": _("Reach"),
    "V": _("Velocity"),
    "U": _("Vulnerability"),
    "X": _("External exposure"),
}
INPUT_SCALES = {
    "G": [_("Nuisance"), _("Minor"), _("Serious"), _("Severe"), _("Death or child sexual abuse")],
    "I": [_("None"), _("Historic"), _("Recent"), _("Ongoing"), _("A person is in danger now")],
    "R": [_("Under 1,000 views"), _("1,000 or more"), _("10,000 or more"), _("100,000 or more"), _("A million or more")],
    "V": [_("Flat"), _("Growing"), _("Doubling within 6 h"), _("Doubling within 1 h"), _("Re-upload swarm")],
    "U": [_("None"), _("Public figure or animal"), _("Targeted adult"), _("Protected or bereaved group"), pgettext_lazy("person", "Minor")],
    "X": [
        _("None"),
        _("Local press"),
        _("National press or regulator"),
        _("Order or deadline within 24 h"),
        _("Deadline within 4 h or crisis protocol"),
    ],
}  # fmt: skip

# What each reason for declining says about the thing, so that two people choose the same one.
DECLINE_REASONS = {
    DeclineReason.DUPLICATE: _(
        "Known already, and nothing of it is to be kept with the other. Else merge it."
    ),
    DeclineReason.ROUTINE: _("Real, and the ordinary review queues deal with it."),
    DeclineReason.OUT_OF_SCOPE: _("Not a matter of trust and safety."),
    DeclineReason.NOT_HARMFUL: _("Looked at, and no harm found."),
    DeclineReason.INSUFFICIENT: _("Too little to act on, and nobody left to ask."),
    DeclineReason.ALREADY_ACTIONED: _("Everything needed was done before this came in."),
    DeclineReason.TEST: _("Somebody tried the machinery."),
    DeclineReason.SPAM: _("Sent to waste time, or by a machine gone wrong."),
    DeclineReason.WRONG_TEAM: _("Another team's work, and they have been told."),
    DeclineReason.EXPIRED: _("Over before anybody could act."),
}


def reasons(explanation: Iterable[dict]) -> list[str]:
    """One sentence for each row that was kept, whatever version kept it."""
    return [_SENTENCES.get(row["kind"], _unknown)(row) for row in explanation]


def inputs(explanation: Iterable[dict]) -> list[dict]:
    """The rubric's inputs as rows for a table: label, scale, value, points, and whether it was assumed."""
    return [_input_words(row) | {"assumed": row["assumed"]} for row in explanation if row["kind"] == "input"]


def _input_words(row: dict) -> dict:
    return {
        "label": INPUT_LABELS[row["code"]],
        "scale": INPUT_SCALES[row["code"]][row["value"]],
        "value": row["value"],
        "points": row["points"],
    }


def _input(row: dict) -> str:
    words = _input_words(row)
    if row["assumed"]:
        return _t("%(label)s %(value)s (%(scale)s), assumed for this harm type: %(points)s points") % words
    return _t("%(label)s %(value)s (%(scale)s): %(points)s points") % words


def _score(row: dict) -> str:
    words = {"score": row["score"], "severity": Severity(row["severity"]).label, "rubric": row["rubric"]}
    return _t("%(score)s of 56 points, which is %(severity)s (rubric %(rubric)s)") % words


def _floor(row: dict) -> str:
    words = {"severity": Severity(row["severity"]).label, "why": _floor_reason(row)}
    if row["raises"]:
        return _t("Raised to at least %(severity)s: %(why)s") % words
    return _t("Would be at least %(severity)s anyway: %(why)s") % words


def _floor_reason(row: dict) -> str:
    if row["reason"] == "harm_type":
        return str(HARM_TYPES[row["detail"]].name)
    if row["reason"] == "deadline":
        moment = parse_datetime(row["detail"])
        return _t("the deadline is %(when)s") % {
            "when": date_format(localtime(moment), pgettext("date format", "j M Y, H:i"))
            if moment
            else row["detail"]
        }
    if row["reason"] == "imminent_danger":
        return _t("a person is in danger now")
    if row["reason"] == "rule":
        return _t("a mapping rule asks for it (%(rule)s)") % {"rule": row["detail"]}
    return _t("the source asked for it")


def _person(row: dict) -> str:
    words = {"severity": Severity(row["severity"]).label, "name": row["by"]}
    return _t("Set to %(severity)s by %(name)s, whatever the points say") % words


def _unknown(row: dict) -> str:
    return _t("A reason that this version has no words for")


_SENTENCES = {"input": _input, "score": _score, "floor": _floor, "person": _person}
