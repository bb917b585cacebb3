import django.db.models.deletion
from django.db import migrations, models

from suhui.platform.core.dividing import divide
from suhui.records.shipments.divisions import SCANS


class Migration(migrations.Migration):
    dependencies = [("shipments", "0007_history")]

    operations = [
        migrations.AlterField(
            model_name="scanevent",
            name="waybill",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scans",
                to="shipments.waybill",
            ),
        ),
        migrations.AlterField(
            model_name="waybillexception",
            name="scan",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="shipments.scanevent",
            ),
        ),
        migrations.AddConstraint(
            model_name="waybill",
            constraint=models.UniqueConstraint(fields=("id", "created_at"), name="waybill_registered_once"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[divide(SCANS)],
            state_operations=[
                migrations.RemoveConstraint(model_name="scanevent", name="scan_once"),
                migrations.AddField(
                    model_name="scanevent",
                    name="waybill_created_at",
                    field=models.DateTimeField(default=None, editable=False),
                    preserve_default=False,
                ),
                migrations.AddConstraint(
                    model_name="scanevent",
                    constraint=models.UniqueConstraint(
                        fields=("waybill", "key", "waybill_created_at"), name="scan_once"
                    ),
                ),
            ],
        ),
    ]
