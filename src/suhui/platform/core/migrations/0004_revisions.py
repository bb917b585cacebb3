from django.db import migrations, models

FUNCTION = """
    CREATE FUNCTION core_revise() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO core_revision (topic, number) VALUES (TG_ARGV[0], nextval('core_revision_numbers'))
        ON CONFLICT (topic) DO UPDATE SET number = EXCLUDED.number;
        RETURN NULL;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_delivery_line")]
    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("topic", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
            ],
        ),
        # The numbers begin at the present microsecond: tables made anew in the same place repeat none of the old ones.
        migrations.RunSQL(
            [
                "CREATE SEQUENCE core_revision_numbers OWNED BY core_revision.number",
                "SELECT setval('core_revision_numbers', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL([FUNCTION], ["DROP FUNCTION core_revise()"]),
    ]
