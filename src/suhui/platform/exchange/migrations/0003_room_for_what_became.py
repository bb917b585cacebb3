from django.db import migrations


class Migration(migrations.Migration):
    """A line is written at the trial and once more with what became of it: with room left in its page no index is."""

    dependencies = [("exchange", "0002_lines_by_number")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE exchange_importrow SET (fillfactor = 55)",
            "ALTER TABLE exchange_importrow RESET (fillfactor)",
        ),
    ]
