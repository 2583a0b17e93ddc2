"""Rosters as rows. The rules are read into `rota` and computed there; only what happened is written down."""

from oncall.models.change import Override, Swap, TimeOff
from oncall.models.desk import Feed, Handover, OfficeDay
from oncall.models.layer import DutyName, Layer, Participant, TurnUnit
from oncall.models.notice import CoverageNotice
from oncall.models.record import HandledPage, PublishedShift, WorkedShift
from oncall.models.roster import RequiredSkill, Roster

__all__ = [
    "CoverageNotice",
    "DutyName",
    "Feed",
    "HandledPage",
    "Handover",
    "Layer",
    "OfficeDay",
    "Override",
    "Participant",
    "PublishedShift",
    "RequiredSkill",
    "Roster",
    "Swap",
    "TimeOff",
    "TurnUnit",
    "WorkedShift",
]
