from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_tablet_handed_over"),
    ]

    operations = [
        migrations.AddField(model_name="listed", name="meaning", field=models.JSONField(default=dict)),
    ]
