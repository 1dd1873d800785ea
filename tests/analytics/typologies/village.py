"""A village of habits: who pays whom there is the same every week, so that strangers stand out."""

from __future__ import annotations

from tests.analytics.by_hand import ByHand

PEOPLE, WEEKS = 60, 26


def village() -> ByHand:
    """Sixty wallets; each pays two neighbours weekly for half a year, and one stranger once.

    Nobody passes on within three days what he got, and nothing comes back within six payments.
    """
    case = ByHand()
    for i in range(PEOPLE):
        for week in range(WEEKS):
            day = 7 * week + 3 * i % 7
            case.pay(wallet(i), wallet(i + 1), 500 + 400 * (i * 37 % 11), day + 0.3)
            case.pay(wallet(i), wallet(i + 2), 300 + 300 * (i * 29 % 13), day + 1.3)
        case.pay(wallet(i), wallet(i + 20), 7_000 + 13 * i, 3 * i % 180 + 0.6)
    return case


def wallet(number: int) -> str:
    return f"p{number % PEOPLE:02d}"


def through_businesses() -> ByHand:
    """Payments to and from agents and tills only: nothing between persons."""
    case = ByHand()
    for n in range(20):
        case.pay(f"s{n}", "A1", 500, n).pay("A1", f"s{n + 1}", 480, n + 0.01)
    return case


def savings_group(rounds: int = 6, members: int = 10) -> ByHand:
    """A chama amid the village: equal sums every month, each round paid out to one member."""
    case = village()
    for n in range(rounds):
        for member in range(members):
            case.pay(wallet(6 * member), "treasurer", 1_000, 30 * n + 0.01 * member)
        case.pay("treasurer", wallet(6 * n), 1_000 * members, 30 * n + 2.5)
    return case


def busy_person(case: ByHand, name: str) -> ByHand:
    """Give a wallet the shape of an agent: over a hundred parties in each direction."""
    for n in range(101):
        case.pay(f"customer{n}", name, 40 + n, 1 + n).pay(name, f"supplier{n}", 40 + n, 1.5 + n)
    return case
