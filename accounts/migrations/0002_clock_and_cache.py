"""The one clock, and the table behind Django's cache. `clock_now()` is real time plus an offset row that only
a test harness's database has; the application's role may read the offset and never set it."""

from django.db import migrations

CLOCK = """
CREATE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() + COALESCE((SELECT sum(shift) FROM clock_offset), interval '0') $$;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'watchfloor_app') AND current_user <> 'watchfloor_app' THEN
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON clock_offset FROM watchfloor_app;
  END IF;
END $$;
"""

CACHE = """
CREATE TABLE django_cache (
  cache_key varchar(255) PRIMARY KEY,
  value text NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX django_cache_expires ON django_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(CLOCK, "DROP FUNCTION clock_now();"),
        migrations.RunSQL(CACHE, "DROP TABLE django_cache;"),
    ]
