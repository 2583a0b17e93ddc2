"""The Celery application: executes what Postgres says is due; holds no timer that carries meaning."""

import os
import threading

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("watchfloor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def give_signs_of_life(**kwargs) -> None:
    """The scheduler says by itself that it lives: what it asks for says so only while there are workers to do it."""
    from accounts import signs

    threading.Thread(target=signs.beat_for_ever, args=["scheduler"], daemon=True).start()
