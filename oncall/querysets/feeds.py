"""Reads of calendar feeds."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts.querysets import digest


class FeedQuerySet(models.QuerySet):
    def standing(self) -> FeedQuerySet:
        """Not revoked; some may have expired."""
        return self.filter(revoked_at=None)

    def for_secret(self, secret: str, *, at: datetime):
        """The feed that this secret opens at `at`, with its person and roster; None for any other."""
        open_ = self.standing().filter(expires_at__gt=at, person__is_active=True)
        return open_.select_related("person", "roster").filter(token_hash=digest(secret)).first()
