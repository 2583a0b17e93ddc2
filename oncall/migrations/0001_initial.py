import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=80)),
                ('zone', models.CharField(max_length=64)),
                ('depth', models.PositiveSmallIntegerField(default=1)),
                ('is_paged', models.BooleanField(default=True)),
                ('is_manager_on_duty', models.BooleanField(default=False)),
                ('recorded_until', models.DateTimeField(help_text='Shifts ended before this are in the ledger.', null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_rosters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_manager_on_duty', True)), fields=('is_manager_on_duty',), name='roster_one_manager_on_duty')],
            },
        ),
        migrations.CreateModel(
            name='Layer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('duty', models.CharField(choices=[('primary', 'Primary'), ('secondary', 'Secondary')], default='primary', max_length=12)),
                ('anchor_on', models.DateField()),
                ('handoff_time', models.TimeField()),
                ('turn_n', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)])),
                ('turn_unit', models.CharField(choices=[('hour', 'hours'), ('day', 'days'), ('working_day', 'working days'), ('week', 'weeks'), ('month', 'months')], default='week', max_length=12)),
                ('working_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(6)]), help_text='0 is Monday.', null=True, size=None)),
                ('window_start', models.TimeField(null=True)),
                ('window_end', models.TimeField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('effective_from', models.DateTimeField(null=True)),
                ('effective_until', models.DateTimeField(null=True)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='layers', to='oncall.roster')),
            ],
            options={
                'ordering': ['-rank', 'name', 'effective_from'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('window_end', None), ('window_start', None)), models.Q(('window_end__isnull', False), ('window_start__isnull', False)), _connector='OR'), name='layer_window_whole'), models.CheckConstraint(condition=models.Q(('turn_n__gte', 1), ('turn_n__lte', 10000)), name='layer_turn_1_to_10000'), models.CheckConstraint(condition=models.Q(('working_days', None), models.Q(('working_days__contained_by', [0, 1, 2, 3, 4, 5, 6]), ('working_days__len__gte', 1)), _connector='OR'), name='layer_working_days_are_weekdays'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gt', models.F('anchor_on')), _connector='OR'), name='layer_ends_after_anchor'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('roster', '='), ('name', '='), (models.Func('effective_from', 'effective_until', function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='layer_versions_follow_one_another'), models.CheckConstraint(condition=models.Q(('effective_until', None), ('effective_from', None), ('effective_until__gt', models.F('effective_from')), _connector='OR'), name='layer_version_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='WorkedShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer_name', models.CharField(max_length=80)),
                ('duty', models.CharField(choices=[('primary', 'Primary'), ('secondary', 'Secondary')], max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='worked_shifts', to=settings.AUTH_USER_MODEL)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='worked_shifts', to='oncall.roster')),
            ],
            options={
                'ordering': ['starts_at'],
                'constraints': [models.UniqueConstraint(fields=('roster', 'person', 'duty', 'layer_name', 'starts_at'), name='worked_shift_once'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='worked_shift_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.PositiveSmallIntegerField()),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='oncall.layer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rotations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['group', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('layer', 'group', 'person'), name='participant_once_per_group')],
            },
        ),
    ]
