"""The access profiles every installation starts with; harm types name them."""

from django.db import migrations

PROFILES = [
    # slug, name, required clearances, need to know
    ("open", "Open", [], False),
    ("csea", "Child safety", ["csea"], False),
    ("terror", "Terrorism", ["terror"], False),
    ("insider", "Insider matters", ["insider"], True),
]


def add(apps, schema_editor):
    profile = apps.get_model("accounts", "AccessProfile")
    for slug, name, clearances, need_to_know in PROFILES:
        profile.objects.create(
            slug=slug, name=name, required_clearances=clearances, need_to_know=need_to_know
        )


def remove(apps, schema_editor):
    apps.get_model("accounts", "AccessProfile").objects.filter(slug__in=[row[0] for row in PROFILES]).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_clock_and_cache")]

    operations = [migrations.RunPython(add, remove)]
