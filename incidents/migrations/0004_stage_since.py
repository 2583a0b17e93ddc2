"""Every incident already there has been in its stage since it was declared, as far as anybody knows."""

from django.db import migrations, models
from django.db.models import F


def since_declared(apps, schema_editor):
    apps.get_model("incidents", "Incident").objects.filter(stage_since=None).update(stage_since=F("declared_at"))


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_the_room")]

    operations = [
        migrations.RunPython(since_declared, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("incident", "stage_since", models.DateTimeField()),
    ]
