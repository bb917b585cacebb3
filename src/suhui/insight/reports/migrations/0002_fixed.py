from django.db import migrations

TABLES = ("reports_reportrun", "reports_reportrow", "reports_reporttrend")
FUNCTION = """
    CREATE FUNCTION reports_stay_as_made() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a report that was made is not changed';
    END $$
"""


class Migration(migrations.Migration):
    """A report that was made is not changed, whoever asks."""

    dependencies = [("reports", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION reports_stay_as_made()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER stays_as_made BEFORE UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION reports_stay_as_made()",
                f"DROP TRIGGER stays_as_made ON {table}",
            )
            for table in TABLES
        ),
    ]
