"""The queue: what it shows to whom in which order, its filters, its views, and what follows from an act in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

def test_print(cast, signed_in):
    for _ in range(3):
        cast.report()
    c = signed_in(cast.manager)
    c.get("/incidents/")
    with CaptureQueriesContext(connection, ) as q:
        c.get("/incidents/")
    for x in q.captured_queries: print(x["sql"][:60], "...", x["sql"][x["sql"].find(" FROM "):][:150])
    assert 0
