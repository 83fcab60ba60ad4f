from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_redaction_returned'),
    ]

    operations = [
        migrations.AddField('org', 'ended', models.JSONField(default=dict)),
        migrations.AddField('org', 'resolved', models.JSONField(default=list)),
        migrations.AddField('log', 'stopped_at', models.BigIntegerField(null=True)),
        migrations.AddField('log', 'ended_at', models.BigIntegerField(null=True)),
        migrations.AddField('log', 'branched', models.BooleanField(default=False)),
        migrations.CreateModel(
            name='Aside',
            fields=[
                ('event_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('log_id', models.IntegerField(db_index=True)),
            ],
        ),
        migrations.AlterField('epochkey', 'key_id', models.BinaryField(max_length=16)),
        migrations.AddConstraint(
            'epochkey',
            models.UniqueConstraint(fields=('space_id', 'key_id'), name='store_epochkey_once'),
        ),
        migrations.RunSQL(
            'UPDATE store_log SET stopped_at = forked_at', migrations.RunSQL.noop
        ),
    ]
