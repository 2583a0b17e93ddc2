import accounts.codes
import django.db.models.deletion
import functools
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Integration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('harm_type', models.CharField(help_text='Used when an event names none.', max_length=3)),
                ('region', models.CharField(blank=True, max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('mode', models.CharField(choices=[('live', 'Live'), ('drill', 'Drill'), ('test', 'Test')], default='live', max_length=8)),
                ('triggers_per_minute', models.PositiveIntegerField(default=6000)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=functools.partial(accounts.codes.random_code, *('WF', 6), **{}), editable=False, max_length=12, unique=True)),
                ('title', models.CharField(max_length=1024)),
                ('harm_type', models.CharField(max_length=3)),
                ('mode', models.CharField(choices=[('live', 'Live'), ('drill', 'Drill'), ('test', 'Test')], default='live', max_length=8)),
                ('region', models.CharField(blank=True, max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('severity', models.PositiveSmallIntegerField(choices=[(0, 'SEV0'), (1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')])),
                ('score', models.PositiveSmallIntegerField()),
                ('explanation', models.JSONField()),
                ('deadline_at', models.DateTimeField(blank=True, null=True)),
                ('deadline_words', models.CharField(blank=True, max_length=200)),
                ('stage', models.CharField(choices=[('triage', 'Triage'), ('active', 'Active'), ('contained', 'Contained'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('declined', 'Declined'), ('merged', 'Merged')], default='triage', max_length=12)),
                ('declared_at', models.DateTimeField()),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('decline_reason', models.CharField(blank=True, choices=[('duplicate', 'Duplicate'), ('routine', 'Routine queue work'), ('out_of_scope', 'Out of scope'), ('not_harmful', 'Not harmful'), ('insufficient_information', 'Insufficient information'), ('already_actioned', 'Already actioned'), ('test', 'Test'), ('spam', 'Spam'), ('wrong_team', 'Wrong team'), ('expired', 'Expired')], max_length=32)),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='managed_incidents', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='incidents.incident')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.accessprofile')),
            ],
            options={
                'permissions': [('edit_incident', 'May act on the incident'), ('export_incident', 'May export the incident'), ('reveal_incident', 'May reveal its content')],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['profile', 'stage', 'severity', 'declared_at'], name='incident_queue'), models.Index(fields=['profile', '-declared_at'], name='incident_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('severity__lte', 4)), name='incident_severity_0_to_4'), models.CheckConstraint(condition=models.Q(('stage', 'declined'), ('decline_reason', ''), _connector='XOR'), name='incident_declined_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('stage', 'merged')), models.Q(models.Q(('stage', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='incident_merged_has_survivor'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='incident_not_merged_into_itself'), models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ['active', 'contained']), _negated=True), ('incident_manager__isnull', False), _connector='OR'), name='incident_under_way_has_manager')],
            },
        ),
        migrations.CreateModel(
            name='IncidentGroupGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('assignment', 'Assignment'), ('on_call', 'On call'), ('manual', 'Given by hand'), ('break_glass', 'Break-glass')], max_length=16)),
                ('reason', models.CharField(max_length=200)),
                ('granted_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_grants', to='incidents.incident')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
            ],
            options={
                'abstract': False,
                'unique_together': {('group', 'permission', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='IncidentLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('from_incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_out', to='incidents.incident')),
                ('to_incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_in', to='incidents.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('from_incident', 'to_incident'), name='incident_link_once')],
            },
        ),
        migrations.CreateModel(
            name='IncidentUserGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('assignment', 'Assignment'), ('on_call', 'On call'), ('manual', 'Given by hand'), ('break_glass', 'Break-glass')], max_length=16)),
                ('reason', models.CharField(max_length=200)),
                ('granted_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='user_grants', to='incidents.incident')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'unique_together': {('user', 'permission', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(default=functools.partial(accounts.codes.random_code, *('R', 8), **{}), editable=False, max_length=12, unique=True)),
                ('source', models.CharField(choices=[('form', 'Form'), ('api', 'API'), ('events', 'Events')], max_length=12)),
                ('principal', models.CharField(max_length=40)),
                ('idempotency_key', models.CharField(blank=True, max_length=255, null=True)),
                ('payload_digest', models.CharField(max_length=64)),
                ('dedup_key', models.CharField(blank=True, max_length=255)),
                ('received_at', models.DateTimeField()),
                ('title', models.CharField(max_length=1024)),
                ('description', models.TextField(blank=True)),
                ('harm_type', models.CharField(max_length=3)),
                ('region', models.CharField(blank=True, max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('mode', models.CharField(choices=[('live', 'Live'), ('drill', 'Drill'), ('test', 'Test')], default='live', max_length=8)),
                ('severity_inputs', models.JSONField(default=dict, help_text='As given; nothing assumed.')),
                ('deadline_at', models.DateTimeField(blank=True, null=True)),
                ('deadline_words', models.CharField(blank=True, max_length=200)),
                ('raw', models.JSONField(default=dict, help_text='What the source sent that we have no field for.')),
                ('severity', models.PositiveSmallIntegerField(choices=[(0, 'SEV0'), (1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')])),
                ('score', models.PositiveSmallIntegerField()),
                ('explanation', models.JSONField()),
                ('opened', models.BooleanField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='incidents.incident')),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='incidents.integration')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.accessprofile')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-received_at', '-pk'],
                'indexes': [models.Index(fields=['principal', 'received_at'], name='report_principal_time'), models.Index(condition=models.Q(('dedup_key', ''), _negated=True), fields=['principal', 'dedup_key'], name='report_dedup')],
                'constraints': [models.UniqueConstraint(fields=('principal', 'idempotency_key'), name='report_once_per_key')],
            },
        ),
        migrations.CreateModel(
            name='ReportContent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('platform_id', models.CharField(blank=True, max_length=200)),
                ('url', models.CharField(blank=True, max_length=2000)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='content', to='incidents.report')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('report', 'position'), name='report_content_order'), models.CheckConstraint(condition=models.Q(('platform_id', ''), ('url', ''), _connector='XOR'), name='report_content_id_or_url')],
            },
        ),
        migrations.CreateModel(
            name='TimelineEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reported', 'Report'), ('declared', 'Declared'), ('severity_raised', 'Severity raised'), ('escalation_started', 'Escalation started'), ('paged', 'Page'), ('step_empty', 'Nobody at a step'), ('unreachable', 'Unreachable'), ('exhausted', 'Policy exhausted'), ('withheld', 'Withheld'), ('acknowledged', 'Acknowledged'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('merged', 'Merged'), ('absorbed', 'Merged in'), ('contained', 'Contained'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('event', 'Event'), ('related', 'Related')], max_length=24)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('actor_name', models.CharField(blank=True, max_length=120)),
                ('data', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timeline', to='incidents.incident')),
            ],
            options={
                'ordering': ['occurred_at', 'pk'],
                'indexes': [models.Index(fields=['incident', 'occurred_at'], name='timeline_by_time')],
            },
        ),
    ]
