from suhui.platform.core.jobs import job
from suhui.platform.search import services


@job(name="search.rebuild_kind", queue="slow")
def rebuild_kind(kind: str) -> None:
    """Write all entries of a kind anew; goes on where it stopped when it is run again."""
    services.rebuild(kind)
