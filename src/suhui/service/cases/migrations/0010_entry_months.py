import django.db.models.deletion
from django.db import migrations, models

from suhui.platform.core.dividing import divide
from suhui.service.cases.divisions import ENTRIES


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_settled")]

    operations = [
        migrations.AlterField(
            model_name="caseentry",
            name="case",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="entryfile",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entry_files",
                to="cases.caseentry",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("id", "opened_at"), name="case_opened_once"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[divide(ENTRIES)],
            state_operations=[
                migrations.RemoveConstraint(model_name="caseentry", name="caseentry_source_once"),
                migrations.AddField(
                    model_name="caseentry",
                    name="case_opened_at",
                    field=models.DateTimeField(default=None, editable=False),
                    preserve_default=False,
                ),
                migrations.AddConstraint(
                    model_name="caseentry",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "case", "case_opened_at"),
                        name="caseentry_source_once",
                    ),
                ),
            ],
        ),
    ]
