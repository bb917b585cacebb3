from datetime import UTC, datetime

from suhui.platform.core.jobs import schedule
from suhui.platform.people import services


@schedule(name="people.turn_absences", cron="* * * * *")
def turn_absences(timestamp: int) -> None:
    """Absences begin and end at their minute."""
    services.turn_absences(at=datetime.fromtimestamp(timestamp, UTC))
