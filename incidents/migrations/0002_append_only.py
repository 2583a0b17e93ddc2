"""Timeline rows are facts: a trigger refuses update, delete and truncate to everyone, the owner included,
and the application's role is not given the right to try."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON incidents_timelineentry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON incidents_timelineentry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE incidents_timelineentry ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE incidents_timelineentry ENABLE ALWAYS TRIGGER append_only_truncate;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'watchfloor_app') AND current_user <> 'watchfloor_app' THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON incidents_timelineentry FROM watchfloor_app;
  END IF;
END $$;
"""

BACKWARD = """
DROP TRIGGER append_only ON incidents_timelineentry;
DROP TRIGGER append_only_truncate ON incidents_timelineentry;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
