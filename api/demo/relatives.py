"""How the second family raised its ransom: relatives pay one of them, and he pays the collector.

His wallet is a statement of the case like the others. In the background the same family pools a
little for a hospital bill, so that pooling alone is nothing that only a crime brings.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.demo.cast import FIRST_DAY, LAST_DAY
from api.demo.households import Background, settled
from api.demo.wallet import Operation, net, receive, send

if TYPE_CHECKING:
    from api.demo.cast import Cast
    from api.demo.crime import Crime

_LONGEST = 4  # days in which relatives pay
_TURNS = ("receive", "shop", "deposit", "airtime", "send", "shop", "bill", "receive", "shop")
_LATER = ("receive", "shop", "deposit", "bill", "airtime")
_STEP = 50_000  # cents


@dataclass(frozen=True, slots=True)
class Family:
    """The relatives, as statements print them, and the honest operations of the one who collects."""

    kin: tuple[str, ...]
    background: Background


def family(cast: Cast, day: dt.date) -> Family:
    """Draw the relatives and two months of a wallet, with a pooled hospital bill in September."""
    kin = tuple(cast.party() for _ in range(cast.between(8, 11)))
    before = settled(cast, FIRST_DAY, day - dt.timedelta(days=_LONGEST + 1), _TURNS, 150_000)
    after = settled(cast, day + dt.timedelta(days=2), LAST_DAY, _LATER, 40_000)
    bill = _hospital_bill(cast, kin)
    opening = 100 * cast.between(4_000, 9_000, 10)
    return Family(kin, Background(opening, (*before, *bill, *after)))


def _hospital_bill(cast: Cast, kin: tuple[str, ...]) -> tuple[Operation, ...]:
    """Draw small, unequal sums of seven relatives within three days, and the bill they pay."""
    first = FIRST_DAY + dt.timedelta(days=cast.between(8, 14))
    given = [
        _from(cast, one, first + dt.timedelta(days=cast.between(0, 2)), 100 * cast.between(500, 3_000, 50))
        for one in kin[:7]
    ]
    paid_on = first + dt.timedelta(days=3)
    bill = f"Pay Bill to {cast.till('HOSPITAL')} Acc. {cast.reference('P', 6)}"
    paid = Operation(cast.moment(paid_on, (9, 0), (12, 0)), cast.receipt(paid_on), bill, -net(given)[0])
    return (*given, paid)


def raised(cast: Cast, who: Family, collector: str, done: Crime) -> tuple[Operation, ...]:
    """Draw how the relatives raise the second ransom, and the payment that the collector's wallet shows.

    All but a twentieth of what they pay goes to the collector.
    """
    paid = send(done.second.when, done.second.receipt, collector, done.second.units)
    needed = paid.charge - paid.units
    shares = [cast.between(2, 9) for _ in who.kin]
    given = []
    for one, share in zip(who.kin, shares, strict=True):
        units = -(-needed * share // sum(shares) // _STEP) * _STEP
        when = done.day - dt.timedelta(days=cast.between(1, _LONGEST))
        given.append(_from(cast, one, when, units))
    return (*given, paid)


def _from(cast: Cast, relative: str, day: dt.date, units: int) -> Operation:
    return receive(cast.moment(day, (7, 0), (21, 0)), cast.receipt(day), relative, units)
