import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('incidents', '0001_initial'),
        ('oncall', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.PositiveSmallIntegerField(choices=[(0, 'SEV0'), (1, 'SEV1'), (2, 'SEV2'), (3, 'SEV3'), (4, 'SEV4')])),
                ('steps', models.JSONField()),
                ('next_step', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('running', 'Running'), ('exhausted', 'Exhausted'), ('ended', 'Ended')], default='running', max_length=12)),
                ('due_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, max_length=24)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='incidents.incident')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.escalationpolicy')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'running')), fields=['due_at'], name='escalation_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'exhausted'])), fields=('incident',), name='escalation_one_open_per_incident'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('ended_at', None), ('state', 'running')), models.Q(('due_at', None), ('ended_at', None), ('state', 'exhausted')), models.Q(('due_at', None), ('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='escalation_running_has_due')],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('acknowledged', 'Acknowledged'), ('ended', 'Ended')], default='waiting', max_length=16)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, max_length=24)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('escalation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='escalations.escalation')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='incidents.incident')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='page', to='accounts.message')),
                ('responder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['responder'], name='page_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('asked_by', None), ('escalation__isnull', False), ('step__isnull', False)), models.Q(('asked_by__isnull', False), ('escalation', None), ('step', None)), _connector='OR'), name='page_by_policy_or_by_hand'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='page_ended_has_time')],
            },
        ),
        migrations.CreateModel(
            name='PolicyStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('delay', models.PositiveIntegerField(help_text='Seconds to wait for an acknowledgement.')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='escalations.escalationpolicy')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'position'), name='policy_step_order')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(unique=True)),
                ('severities', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                ('harm_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), blank=True, default=list, size=None)),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='routes', to='escalations.escalationpolicy')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='StepTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.CharField(blank=True, choices=[('primary', 'Primary'), ('secondary', 'Secondary')], max_length=12)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('roster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='oncall.roster')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='escalations.policystep')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person', None), ('roster__isnull', False), models.Q(('duty', ''), _negated=True)), models.Q(('duty', ''), ('person__isnull', False), ('roster', None)), _connector='OR'), name='step_target_roster_duty_or_person')],
            },
        ),
    ]
