"""The one clock. Postgres tells the time for everything that falls due, so that no machine's drift and no
frozen process can make a page early or late; a test harness moves it by a row in `clock_offset`."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's moment, aware and in UTC. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_now()")
        return cursor.fetchone()[0]
