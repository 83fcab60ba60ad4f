from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_courses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rewrapped',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event_id', models.BigIntegerField(db_index=True)),
                ('before', models.BinaryField(max_length=16)),
            ],
        ),
    ]
