"""Wordings and steps are facts: the timeline's trigger refuses update, delete and truncate to everyone, and the
application's role is not given the right to try."""

from django.db import migrations

TABLES = ("postmortems_sectionrevision", "postmortems_reviewstep")

FORWARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only_truncate;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'watchfloor_app') AND current_user <> 'watchfloor_app' THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM watchfloor_app;
  END IF;
END $$;
"""

BACKWARD = """
DROP TRIGGER append_only ON {table};
DROP TRIGGER append_only_truncate ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0001_initial"), ("incidents", "0002_append_only")]

    operations = [
        migrations.RunSQL(FORWARD.format(table=table), BACKWARD.format(table=table)) for table in TABLES
    ]
