"""The audit. Its rows are facts: a trigger refuses update, delete and truncate to everyone, the owner included, and
the application's role is not given the right to try. (Incidents has a function like it; accounts comes first.)"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FORWARD = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON accounts_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE accounts_auditevent ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE accounts_auditevent ENABLE ALWAYS TRIGGER append_only_truncate;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'watchfloor_app') AND current_user <> 'watchfloor_app' THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditevent FROM watchfloor_app;
  END IF;
END $$;
"""

BACKWARD = """
DROP TRIGGER append_only ON accounts_auditevent;
DROP TRIGGER append_only_truncate ON accounts_auditevent;
DROP FUNCTION refuse_audit_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_administrator'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occurred_at', models.DateTimeField()),
                ('action', models.CharField(choices=[('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_failed', 'Sign-in failed'), ('password_changed', 'Password changed'), ('person_added', 'Person added'), ('person_invited', 'Invitation sent'), ('person_edited', 'Person edited'), ('person_deactivated', 'Person deactivated'), ('person_reactivated', 'Person reactivated'), ('role_given', 'Role given'), ('role_taken', 'Role taken'), ('clearance_given', 'Clearance given'), ('clearance_ended', 'Clearance ended'), ('contact_disabled', 'Contact method disabled'), ('contact_enabled', 'Contact method enabled'), ('token_made', 'API token made'), ('token_revoked', 'API token revoked'), ('policy_created', 'Policy created'), ('policy_changed', 'Policy changed'), ('policy_removed', 'Policy removed'), ('route_created', 'Route created'), ('route_changed', 'Route changed'), ('route_moved', 'Route moved'), ('route_removed', 'Route removed'), ('integration_created', 'Integration created'), ('integration_changed', 'Integration changed'), ('integration_revoked', 'Integration revoked'), ('key_rotated', 'Key rotated'), ('old_key_ended', 'Old key ended')], max_length=32)),
                ('object_type', models.CharField(blank=True, choices=[('user', 'Person'), ('apitoken', 'API token'), ('escalationpolicy', 'Policy'), ('route', 'Route'), ('integration', 'Integration')], max_length=32)),
                ('object_id', models.BigIntegerField(blank=True, null=True)),
                ('object_name', models.CharField(blank=True, max_length=200)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['action', '-id'], name='audit_by_action'), models.Index(fields=['actor', '-id'], name='audit_by_actor'), models.Index(fields=['object_type', 'object_id', '-id'], name='audit_by_object')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
