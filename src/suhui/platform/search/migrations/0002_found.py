import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

FUNCTIONS = """
    CREATE OR REPLACE FUNCTION search_readers(branches bigint[], departments bigint[], owners bigint[], everyone boolean)
    RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT array(SELECT b * 4 FROM unnest(branches) b) || array(SELECT d * 4 + 1 FROM unnest(departments) d)
            || array(SELECT o * 4 + 2 FROM unnest(owners) o) || CASE WHEN everyone THEN '{3}'::bigint[] ELSE '{}' END
    $$;
    CREATE OR REPLACE FUNCTION search_days(moment timestamptz)
    RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT ARRAY[floor(extract(epoch FROM (moment AT TIME ZONE 'UTC')) / 86400)::bigint]
    $$;
"""


class Migration(migrations.Migration):
    """One index of tokens, readers and days instead of one of tokens alone."""

    atomic = False
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION search_readers; DROP FUNCTION search_days;"),
        AddIndexConcurrently(
            "searchentry",
            django.contrib.postgres.indexes.GinIndex(
                models.F("vector"),
                models.Func("branch_ids", "department_ids", "owner_ids", "everyone", function="search_readers"),
                models.Func("at", function="search_days"),
                fastupdate=False,
                name="searchentry_found",
            ),
        ),
        RemoveIndexConcurrently("searchentry", "searchentry_tokens"),
    ]
