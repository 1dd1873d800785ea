"""Columns that an organisation's statement does not print but says, derived from those it prints.

Who is meant by a number depends on what the row is about; a linked transaction is a reversal only
where the row says so; a row without completion keeps the time at which it was begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.mpesa.organisation import other_account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.mpesa.organisation import Organisation

READ = (
    "Completion Time",
    "Initiation Time",
    "Details",
    "Balance Confirmed",
    "Reason Type",
    "Other Party Info",
    "Linked Transaction ID",
)
WHEN, REVERSED, LINKED, NAMED = "(time)", "(reversed)", "(linked)", "(named)"
PAYBILL_END, TILL_END, AGENT_END, OWN_END = "(paybill)", "(till)", "(agent)", "(own account)"
DERIVED = (WHEN, REVERSED, LINKED, NAMED, PAYBILL_END, TILL_END, AGENT_END, OWN_END)
SHORT = r"^\s*(?P<id>[0-9]{3,8})\s*(?:-\s*(?P<name>.*))?$"
_TILL, _BILL, _AGENT = r"(?i)\b(?:merchant|buy goods|till)\b", r"(?i)\bpay ?bill\b", r"(?i)\bagent\b"
_REVERSAL = r"(?i)\brevers(?:al|ed)\b"


def is_till(texts: Mapping[str, pa.Array]) -> bool:
    """Say whether customers pay a till here: rows speak of goods, and none of a bill."""
    about = _about(texts)
    return any(_holds(about, _TILL).to_pylist()) and not any(_holds(about, _BILL).to_pylist())


def derived(texts: Mapping[str, pa.Array], above: Organisation) -> dict[str, pa.Array]:
    """Return the derived columns.

    Parameters
    ----------
    texts : mapping of str to pyarrow.StringArray, each of length n, without nulls
        The columns ``READ``.
    above : Organisation
        Whose short code, as counterparty, means another account of the same organisation.

    Returns
    -------
    dict of str to pyarrow.StringArray
        The columns ``DERIVED``, in that order; empty text where a row has none.
    """
    info, about, linked = texts["Other Party Info"], _about(texts), texts["Linked Transaction ID"]
    done, begun = texts["Completion Time"], texts["Initiation Time"]
    short, reversal = _holds(info, SHORT), _holds(about, _REVERSAL)
    own = _holds(info, rf"^\s*{above.code}\b") if above.code else pa.array([False] * len(info), pa.bool_())
    agent = _holds(about, _AGENT)
    till = pc.and_not(_holds(about, _TILL), agent)
    numbered = pc.and_not(short, own)
    accounts = [
        f"{above.code}{word}" if mine and (word := other_account(text, above.account)) else ""
        for text, mine in zip(about.to_pylist(), own.to_pylist(), strict=True)
    ]
    said = pc.binary_join_element_wise("linked to ", linked, "")
    plain = pc.or_(reversal, pc.equal(linked, ""))
    return {
        WHEN: pc.if_else(pc.equal(done, ""), begun, done),
        REVERSED: pc.if_else(reversal, linked, ""),
        LINKED: pc.if_else(plain, "", said),
        NAMED: pc.if_else(pc.or_(short, own), "", info),
        PAYBILL_END: pc.if_else(pc.and_not(pc.and_not(numbered, agent), till), info, ""),
        TILL_END: pc.if_else(pc.and_(numbered, till), info, ""),
        AGENT_END: pc.if_else(pc.and_(numbered, agent), info, ""),
        OWN_END: pa.array(accounts, pa.string()),
    }


def marks(texts: Mapping[str, pa.Array]) -> pa.Array:
    """Return what is to be known of each row: when it was begun, whether its balance is confirmed."""
    columns = [
        texts[name].to_pylist() for name in ("Completion Time", "Initiation Time", "Balance Confirmed")
    ]
    said = []
    for done, begun, confirmed in zip(*columns, strict=True):
        parts = ["time of initiation"] if begun and not done else []
        parts += [f"initiated {begun}"] if begun and done and begun != done else []
        parts += ["balance not confirmed"] if confirmed.casefold() == "false" else []
        said.append("; ".join(parts))
    return pa.array(said, pa.string())


def _about(texts: Mapping[str, pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(texts["Details"], texts["Reason Type"], " ")


def _holds(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, pattern)
