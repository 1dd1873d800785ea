"""Dated rates of an invented rates desk, and tags that say whose some addresses are."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

from api.demo.cast import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.demo.cast import Cast
    from api.demo.crime import Roles

RATES_DESK = "Example rates desk (invented)"
TAGS_DESK = "Example tag list (invented)"
_TAGGED = "2026-10-28"


def daily_rates(cast: Cast) -> dict[dt.date, int]:
    """Draw a mid rate for every day, shillings a token in ten-thousandths."""
    found, rate = {}, cast.between(1_288_000, 1_296_000)
    day = FIRST_DAY
    while day <= LAST_DAY:
        found[day] = rate
        rate += cast.between(-1_500, 1_500)
        day += dt.timedelta(days=1)
    return found


def rates_file(rates: Mapping[dt.date, int]) -> bytes:
    """Return the rates as a table."""
    rows = [
        (f"{day}", "USDT", "KES", f"{rate // 10_000}.{rate % 10_000:04d}", RATES_DESK)
        for day, rate in sorted(rates.items())
    ]
    return _table(("Date", "Base", "Quote", "Mid", "Source"), rows)


def tags_file(cast: Cast, who: Roles) -> bytes:
    """Return tags on the two addresses of exchanges, and on others that nobody in the case uses."""
    rows = [
        (who.deposit, "Example Exchange Two, customer deposit", "exchange_deposit"),
        (who.hot_wallet, "Example Exchange hot wallet", "exchange_hot_wallet"),
        (cast.address(), "Example relief charity, donations", "donation"),
        (cast.address(), "Example game shop, payments", "merchant"),
        (cast.address(), "Example Exchange Three, hot wallet", "exchange_hot_wallet"),
    ]
    found = [(*row, TAGS_DESK, _TAGGED) for row in sorted(rows)]
    return _table(("Address", "Label", "Category", "Source", "As of"), found)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
