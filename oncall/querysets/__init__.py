"""Reads of rosters: the rules in force, and who is on duty, in a number of queries that does not grow."""

from oncall.querysets.feeds import FeedQuerySet
from oncall.querysets.handovers import HandoverQuerySet
from oncall.querysets.layers import LayerQuerySet
from oncall.querysets.rosters import Lane, Members, RosterQuerySet, Stint, lanes_of, members
from oncall.querysets.rules import time_off_of
from oncall.querysets.swaps import SwapQuerySet

__all__ = [
    "FeedQuerySet",
    "HandoverQuerySet",
    "Lane",
    "LayerQuerySet",
    "Members",
    "RosterQuerySet",
    "Stint",
    "SwapQuerySet",
    "lanes_of",
    "members",
    "time_off_of",
]
