"""Reads of rosters: the rules in force, and who is on duty, in a number of queries that does not grow."""

from oncall.querysets.feeds import FeedQuerySet
from oncall.querysets.rosters import Lane, Members, RosterQuerySet, Stint, members
from oncall.querysets.swaps import SwapQuerySet

__all__ = ["FeedQuerySet", "Lane", "Members", "RosterQuerySet", "Stint", "SwapQuerySet", "members"]
