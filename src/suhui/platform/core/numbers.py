"""Numbers people read out on the phone: a letter, the day, a running count and a check digit."""

from datetime import datetime

from django.db import connection

from suhui.platform.core.clock import local


def next_number(prefix: str, at: datetime) -> str:
    """The next number of this prefix and day, for example `T2611220017-4` → `T26112200174`.

    The count starts anew each day, is taken in the caller's transaction (a rollback leaves no hole) and ends in a
    Luhn check digit, so that one misheard digit is noticed.
    """
    day = local(at).strftime("%y%m%d")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_daycount (prefix, day, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (prefix, day) DO UPDATE SET count = core_daycount.count + 1 RETURNING count",
            [prefix, day],
        )
        (count,) = cursor.fetchone()
    body = f"{day}{count:04d}"
    return f"{prefix}{body}{luhn_digit(body)}"


def luhn_digit(digits: str) -> int:
    """The Luhn check digit (ISO/IEC 7812-1, annex B) for a string of decimal digits."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10
