"""Numbers people read out on the phone: a letter, the day, a running count and a check digit."""

from datetime import datetime

from django.db import connection

from suhui.platform.core.clock import local


def next_number(prefix: str, at: datetime) -> str:
    """The next number of this prefix and day, for example `T2611220017-4` → `T26112200174`.

    The count starts anew each day, is taken in the caller's transaction (a rollback leaves no hole) and ends in a
    Luhn check digit, so that one misheard digit is noticed.
    """
    return next_numbers(prefix, at, 1)[0]


def next_numbers(prefix: str, at: datetime, count: int) -> list[str]:
    """The next `count` numbers of this prefix and day, in order, in one statement."""
    day = local(at).strftime("%y%m%d")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_daycount (prefix, day, count) VALUES (%s, %s, %s) "
            "ON CONFLICT (prefix, day) DO UPDATE SET count = core_daycount.count + EXCLUDED.count RETURNING count",
            [prefix, day, count],
        )
        (last,) = cursor.fetchone()
    bodies = [f"{day}{number:04d}" for number in range(last - count + 1, last + 1)]
    return [f"{prefix}{body}{luhn_digit(body)}" for body in bodies]


def luhn_digit(digits: str) -> int:
    """The Luhn check digit (ISO/IEC 7812-1, annex B) for a string of decimal digits."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10
