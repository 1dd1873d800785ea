"""Every value of every worked tracing case, and that an unknown key fails by its name."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from analytics.tracing.arithmetic import Exact
from analytics.tracing.band import compare, trace
from analytics.tracing.ex_post import libr_cap_then_share, pari_passu_ex_post
from analytics.tracing.movements import UNTRACED, Number, TraceInput
from analytics.tracing.policy import Policy
from analytics.tracing.result import Part, by_owner
from analytics.tracing.utxo import ChainTransaction, poison, spread
from tests.analytics.tracing.tracing_oracles import RULES, exact, folder, known, read, tracing_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.analytics.tracing.tracing_oracles import Case

NOT_YET = {
    "oatway_election": "the election for a surviving asset is not computed yet",
    "with_backward_link": "backward links are not computed yet",
    "plot_share": "shares of an asset bought through a backward link are not computed yet",
    "tiho": "taint-in, highest-out is not computed yet",
}
POOLS = {"pari_passu_ex_post": pari_passu_ex_post, "libr_cap_then_share": libr_cap_then_share}
AFTER = "checkpoint_after_"
EVERY = "_every_rule"


def cells() -> list[Any]:
    """One test for every key of every case, so that each fails or passes by its own name."""
    out = []
    for path in tracing_files():
        for key, value in json.loads(path.read_text("utf-8"))["expected"].items():
            split = key in RULES or key in POOLS or key in NOT_YET
            nested = split and any(isinstance(part, dict) for part in value.values())
            for part in sorted(value) if nested else [None]:
                if part in {"note", "rule"}:
                    continue
                reason = NOT_YET.get(key) or NOT_YET.get(part or "")
                marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
                name = "-".join(filter(None, (path.stem[:3], key, part)))
                out.append(pytest.param(path, key, part, id=name, marks=marks))
    return out


def test_worked_cases_are_there(shared_oracles: Path) -> None:
    assert shared_oracles == folder()
    assert {f"t0{n}" for n in range(1, 7)} <= {path.name[:3] for path in tracing_files()}


@pytest.mark.parametrize(("path", "key", "part"), cells())
def test_every_value_of_a_worked_case(path: Path, key: str, part: str | None) -> None:
    check(read(path), key, part)


def check(case: Case, key: str, part: str | None) -> None:
    """Compare one key (or one part of it) of a worked case with what is computed."""
    value = case.expected[key] if part is None else case.expected[key][part]
    if isinstance(case.given, ChainTransaction):
        check_chain(case.given, key, case.expected[key])
    elif key in POOLS:
        check_pool(case.given, key, part, value)
    elif key in RULES:
        check_rule(case.given, RULES[key], part, value)
    elif key == "swallowed_by_overdraft":
        check_swallowed(case.given, value)
    elif key.startswith(AFTER) and key.endswith(EVERY):
        for rule in set(RULES.values()):
            check_rule(case.given, rule, key.removesuffix(EVERY), value)
    elif key == "wrong_answer_to_reject":
        check_rejected(case.given, value)
    else:
        known([key], [], "expected")


def amounts(parts: Mapping[str, Part]) -> dict[str, Number]:
    return {owner: part.amount for owner, part in parts.items() if part.amount}


def check_rule(given: TraceInput, rule: str, part: str | None, value: dict[str, Any]) -> None:
    moment = part if part is not None and part.startswith(AFTER) else None
    known([part or ""], {"balances", "flows", moment or ""}, rule)
    watch = [moment.removeprefix(AFTER)] if moment else []
    result = trace(given, Policy(rule=rule), watch=watch)
    if part == "balances":
        known(value, given.ledgers, "balances")
        assert {k: amounts(result.at(k)) for k in value} == {k: exact(v) for k, v in value.items()}
    elif part == "flows":
        found = {k: amounts(result.hop(k).composition) for k in value}
        assert found == {k: exact(v) for k, v in value.items()}
    else:
        found = {k: amounts(v) for k, v in result.checkpoints[watch[0]].items()}
        assert found == by_ledger(given, value)


def by_ledger(given: TraceInput, value: dict[str, Any]) -> dict[str, dict[str, Fraction]]:
    """Read a checkpoint: owners of the only ledger, or ledgers with their owners."""
    if set(value) <= set(given.ledgers):
        return {k: exact(value.get(k, {})) for k in given.ledgers}
    (only,) = given.ledgers
    return {only: exact(value)}


def check_pool(given: TraceInput, key: str, part: str | None, value: dict[str, Any]) -> None:
    (ledger,) = given.ledgers
    if part == "balances":
        known(value, [ledger], "balances")
        assert POOLS[key](given, ledger).shares == exact(value[ledger])
    elif part == "caps":
        assert POOLS[key](given, ledger).caps == exact(value)
    else:
        assert part is not None
        known([part], [part] if part.startswith(AFTER) else [], key)
        assert POOLS[key](given, ledger, part.removeprefix(AFTER)).shares == exact(value)


def check_swallowed(given: TraceInput, value: dict[str, Any]) -> None:
    for rule in sorted(set(RULES.values())):
        result = trace(given, Policy(rule=rule))
        movements = {leg.movement for leg in result.swallowed}
        found = {
            m: amounts(by_owner(leg for leg in result.swallowed if leg.movement == m)) for m in movements
        }
        assert found == {k: exact(v) for k, v in value.items()}


def check_rejected(given: TraceInput, value: dict[str, str]) -> None:
    watch = [movement.id for movement in given.movements]
    for result in compare(given, Policy(), watch=watch).results.values():
        for states in result.checkpoints.values():
            for parts in states.values():
                assert not (exact(value).items() <= amounts(parts).items())
    for ledger in given.ledgers:
        for movement in watch:
            assert not (exact(value).items() <= libr_cap_then_share(given, ledger, movement).shares.items())


def check_chain(given: ChainTransaction, key: str, value: dict[str, Any]) -> None:
    outputs = {name for name, _ in given.taking()}
    if key == "poison":
        known(value, outputs | {"conserving"}, key)
        assert value.get("conserving", False) is False
        touched = poison(given)
        for name, face in given.taking():
            told = value.get(name, [])
            one = isinstance(told, str)
            assert (Fraction(told) == (face if touched[name] else 0)) if one else tuple(told) == touched[name]
        return
    known([key], RULES, "expected")
    known(value, outputs, key)
    found = spread(given, RULES[key], Exact())
    for name, told in value.items():
        if isinstance(told, str):
            traced = sum(amount for owner, amount in found[name].items() if owner not in UNTRACED)
            assert Fraction(told) == traced
        else:
            assert exact(told) == found[name]


CASE: dict[str, Any] = {
    "kind": "trace",
    "input": {
        "accounts": ["M", "U"],
        "transactions": [
            {"id": "t1", "seq": 1, "from": "A", "to": "M", "amount": "1300"},
            {"id": "t2", "seq": 2, "from": "own", "to": "M", "amount": "1300"},
            {"id": "t3", "seq": 3, "from": "M", "to": "U", "amount": "1300", "rate": "1/130"},
        ],
        "claims": [{"tx": "t1", "claimant": "A"}],
    },
    "expected": {
        "fifo": {"balances": {"M": {"_own": "1300"}, "U": {"A": "10"}}},
        "pro_rata_rolling": {
            "balances": {"U": {"A": "5", "_own": "5"}},
            "flows": {"t3": {"A": "650", "_own": "650"}},
        },
    },
}


def written(case: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    return path


def check_all(path: Path) -> None:
    case = read(path)
    for key, value in case.expected.items():
        for part in value if key in RULES or key in POOLS else [None]:
            check(case, key, part)


def test_a_further_case_with_a_conversion_is_worked(tmp_path: Path) -> None:
    check_all(written(CASE, tmp_path))


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ((), "extra", {}),
        ((), "kind", "auction"),
        ((), "policies", {"interest": "none"}),
        (("input",), "trustees", []),
        (("input", "transactions", 0), "memo", "x"),
        (("expected",), "first_come", {"balances": {}}),
        (("expected", "fifo"), "level", {}),
    ],
)
def test_what_is_not_known_fails_by_name(
    place: tuple[str | int, ...], key: str, value: Any, tmp_path: Path
) -> None:
    case = json.loads(json.dumps(CASE))
    node = case
    for step in place:
        node = node[step]
    node[key] = value
    named = {"kind": "auction", "policies": "interest"}.get(key, key)
    with pytest.raises(AssertionError, match=f"unknown key '{named}'"):
        check_all(written(case, tmp_path))


def test_a_wrong_value_fails(tmp_path: Path) -> None:
    case = json.loads(json.dumps(CASE))
    case["expected"]["fifo"]["balances"]["U"]["A"] = "10.01"
    with pytest.raises(AssertionError):
        check_all(written(case, tmp_path))


def test_several_thefts_in_one_chain_transaction(tmp_path: Path) -> None:
    case = {
        "kind": "utxo",
        "input": {
            "inputs": [
                {"amount": "3", "owner": "V1"},
                {"amount": "2", "owner": "_own"},
                {"amount": "5", "owner": "V2"},
            ],
            "outputs": [{"id": "o1", "amount": "4"}, {"id": "o2", "amount": "5"}],
            "fee": "1",
            "fee_position": "last",
        },
        "expected": {
            "fifo": {"o1": {"V1": "3", "_own": "1"}, "o2": {"_own": "1", "V2": "4"}, "fee": {"V2": "1"}},
            "haircut": {"fee": {"V1": "3/10", "_own": "1/5", "V2": "1/2"}},
            "poison": {"o1": ["V1", "V2"], "o2": ["V1", "V2"], "fee": ["V1", "V2"]},
        },
    }
    checked = read(written(case, tmp_path))
    for key in checked.expected:
        check(checked, key, None)
