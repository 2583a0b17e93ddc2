"""What the running processes leave behind: signs of life, and the clock's offset in a test harness."""

from django.db import models

from accounts.querysets import HeartbeatQuerySet


class Heartbeat(models.Model):
    process = models.CharField(max_length=32, primary_key=True)
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.process


class ClockOffset(models.Model):
    """At most one row, and only in a test harness's database: how far `clock_now()` runs ahead. The
    application's role may read it and no more."""

    shift = models.DurationField()

    class Meta:
        db_table = "clock_offset"

    def __str__(self) -> str:
        return str(self.shift)
