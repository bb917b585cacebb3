"""Money is an integer number of fen (分); this module only reads and writes it."""

from decimal import Decimal, InvalidOperation


def yuan(fen: int) -> str:
    """`123456` → `1,234.56`."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100:,}.{rest % 100:02d}"


def parse_yuan(text: str) -> int:
    """Fen from what a person typed (`￥1,234.5`, `12元`). Raises ValueError on anything else or finer than a fen."""
    bare = text.strip().lstrip("¥￥").rstrip("元").replace(",", "").replace("，", "").strip()
    try:
        fen = Decimal(bare) * 100
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) > 10**13:
        raise ValueError(text)
    return int(fen)
