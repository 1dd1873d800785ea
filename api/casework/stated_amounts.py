"""Amounts that a person states at a door, as exact base units of the claim's asset."""

from __future__ import annotations

from api.errors import UsageError
from graph.errors import ModelError
from graph.model.amounts import Amount, Asset
from graph.model.printing import code_of


def units_of(text: str, asset: str, option: str) -> int:
    """Read an amount as typed, in base units.

    Parameters
    ----------
    option : str
        What it was typed for, as the door calls it.

    Raises
    ------
    UsageError
        No plain decimal, more decimals than the asset has, or negative.

    Examples
    --------
    >>> units_of("1,000.50", "KES:2", "--costs")
    100050
    """
    try:
        units = Amount.parse(text, Asset.from_key(asset)).units
    except ModelError as cause:
        raise UsageError(
            f"{option}: {cause.what}", text=text, hint=f"write 1234.56, in {code_of(asset)}"
        ) from cause
    if units < 0:
        raise UsageError(f"{option}: an amount is not negative", text=text, hint="write 1234.56")
    return units
