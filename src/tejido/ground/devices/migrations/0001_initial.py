from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Confirmed',
            fields=[
                ('keys', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
