from datetime import UTC, datetime

from django.db import migrations

from suhui.platform.calendars import shipped


def ship(apps, schema_editor):
    Calendar = apps.get_model("calendars", "Calendar")
    WeekSpan = apps.get_model("calendars", "WeekSpan")
    for one in shipped.SHIPPED:
        calendar, made = Calendar.objects.get_or_create(
            code=one.code,
            defaults={
                "name": one.name,
                "english_name": one.english_name,
                "keeps_holidays": one.keeps_holidays,
                "is_default": one.is_default,
            },
        )
        if made:
            WeekSpan.objects.bulk_create(
                WeekSpan(calendar=calendar, weekday=weekday, start=span.start, end=span.end)
                for weekday, spans in enumerate(one.week)
                for span in spans
            )
    NationalDay = apps.get_model("calendars", "NationalDay")
    HolidayYear = apps.get_model("calendars", "HolidayYear")
    for year in shipped.YEARS:
        NationalDay.objects.bulk_create(
            (NationalDay(day=day, kind=str(kind), name=name) for day, (kind, name) in shipped.national_days(year).items()),
            ignore_conflicts=True,
        )
        HolidayYear.objects.get_or_create(
            year=year, defaults={"source": shipped.SOURCE, "filled_at": datetime.now(UTC)}
        )


def unship(apps, schema_editor):
    """Rows may be in use or changed by hand: the schema migration below takes the tables away."""


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]
    operations = [migrations.RunPython(ship, unship)]
