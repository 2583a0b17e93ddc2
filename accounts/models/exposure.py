"""What somebody has asked not to be asked about. Theirs alone: nobody else's screen, feed or record tells of it."""

from django.db import models

from accounts.models.people import User
from accounts.querysets import OptOutQuerySet


class OptOut(models.Model):
    """A person is not paged for incidents of one harm type, until a moment or until they say otherwise. The harm type
    is a code of the rooms above. No reason is kept, nor when it was said, and it is removed when it ends."""

    person = models.ForeignKey(User, models.CASCADE, related_name="opt_outs")
    harm_type = models.CharField(max_length=8)
    until = models.DateTimeField(null=True, blank=True)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "harm_type"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"opt-out #{self.pk}"  # what is logged or shown by mistake names nobody and no kind
