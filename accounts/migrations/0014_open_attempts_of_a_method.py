"""The same constraint with the method first: its index also finds what waits for one method, however long its past."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_pressing'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='delivery', name='delivery_one_open_attempt'),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'sending'])), fields=('method', 'message'), name='delivery_one_open_attempt'),
        ),
    ]
