"""Check digits of waybill numbers. Each function says whether a number of the right shape adds up."""

from collections.abc import Callable


def s10(number: str) -> bool:
    """UPU S10: two letters, eight digits weighted 8 6 4 2 3 5 9 7, check digit modulo 11, country (UPU S10-12)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    rest = 11 - total % 11
    return int(number[10]) == {10: 0, 11: 5}.get(rest, rest)


def ups(number: str) -> bool:
    """UPS: `1Z`, fifteen characters (letters count as their place, A = 2), check digit modulo 10."""
    values = [int(char) if char.isdigit() else (ord(char) - 3) % 10 for char in number[2:17]]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return int(number[17]) == -total % 10


def fedex(number: str) -> bool:
    """FedEx Express: eleven digits weighted 3 1 7 repeatedly, modulo 11, then modulo 10."""
    total = sum(int(digit) * (3, 1, 7)[place % 3] for place, digit in enumerate(number[:11]))
    return int(number[11]) == total % 11 % 10


def dhl(number: str) -> bool:
    """DHL Express: all digits but the last, modulo 7."""
    return int(number[:-1]) % 7 == int(number[-1])


CHECKS: dict[str, Callable[[str], bool]] = {"s10": s10, "ups": ups, "fedex": fedex, "dhl": dhl}
