"""What the running processes leave behind: signs of life, what failed, and the clock's offset in a test harness."""

from django.db import models

from accounts.querysets import HeartbeatQuerySet, SweepFailureQuerySet


class Heartbeat(models.Model):
    process = models.CharField(max_length=32, primary_key=True)
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.process


class SweepFailure(models.Model):
    """A sweep (`steps`, `email`) in which something failed, one row for each: `since` when it has been failing
    again and again, `last_at` the last time."""

    sweep = models.CharField(max_length=32, primary_key=True)
    since = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = SweepFailureQuerySet.as_manager()

    def __str__(self) -> str:
        return self.sweep


class ClockOffset(models.Model):
    """At most one row, and only in a test harness's database: how far `clock_now()` runs ahead. The
    application's role may read it and no more."""

    shift = models.DurationField()

    class Meta:
        db_table = "clock_offset"

    def __str__(self) -> str:
        return str(self.shift)
