from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oncall", "0004_records_and_desks"),
    ]

    operations = [
        migrations.AddField(
            model_name="publishedshift",
            name="lane",
            field=models.CharField(default="", max_length=120),
            preserve_default=False,
        ),
    ]
