"""A made-up agency's graph on a real server: both shapes of transfers, and what is awkward in one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import yaml

from ingest.neo4j_graph.saved_mapping import text_of_mapping

if TYPE_CHECKING:
    from graph.stores.neo4j.server import Server
    from ingest.neo4j_graph.saved_mapping import MappingText

MAPPING = """
    shape: graph
    title: Practice graph
    institution: PRACTICE
    instruments:
      - {label: Account, id: number, kind: account, name: holder}
      - {label: Wallet, id: msisdn, kind: msisdn}
      - {label: Cash, kind: cash}
    transfers:
      - relationship: "PAID; DROP //"
        id: ref
        when: {property: at}
        amount: {property: "amount (c)", unit: minor}
        asset: {property: currency, code: KES}
        text: [note]
      - node: Transaction
        id: txid
        paid_by: {relationship: SENT, to: transaction}
        paid_to: {relationship: TO, to: end}
        when: {property: time, zone: Africa/Nairobi}
        amount: {property: amount, floats: nearest}
        asset: {code: KES}
    holders:
      - {relationship: OWNS, party: Person, instrument: Account, name: [first, last], since: since}
    ignore: [Aside]
    """


def mapping(text: str = MAPPING) -> MappingText:
    """Return the mapping of the made-up graph."""
    return text_of_mapping(textwrap.dedent(text).encode(), "practice")


def payments_only(**amount: str) -> MappingText:
    """Return a mapping of the relationships alone, which say otherwise what their amounts are."""
    data = yaml.safe_load(MAPPING)
    first = data["transfers"][0]
    first["amount"] |= amount
    data |= {"transfers": [first], "holders": [], "instruments": [{"label": "Account", "id": "number"}]}
    return text_of_mapping(yaml.safe_dump(data).encode(), "payments")


def fill(server: Server, relations: int, nodes: int) -> None:
    """Make accounts and that many transfers of each shape."""
    server.write(
        "UNWIND range(0, 99) AS i CREATE (:Account {number: 'AC' + (1000 + i), holder: 'Person ' + i})"
    )
    server.write("UNWIND range(0, 19) AS i CREATE (:Wallet {msisdn: '+2547000000' + (10 + i)})")
    server.write("CREATE (:Cash), (:Aside), (:Device {imei: '1'})")
    server.write("CREATE INDEX practice_ref IF NOT EXISTS FOR ()-[r:`PAID; DROP //`]-() ON (r.ref)")
    server.write(
        """UNWIND range(0, $n - 1) AS i
        MATCH (a:Account {number: 'AC' + (1000 + i % 100)}),
          (b:Account {number: 'AC' + (1000 + (7 * i + 3) % 100)})
        CREATE (a)-[:`PAID; DROP //` {ref: CASE WHEN i % 3 = 0 THEN i ELSE 'R' + i END, device: 'x',
          at: datetime('2026-01-02T03:04:05+03:00') + duration({minutes: i}), `amount (c)`: 100 + i,
          currency: CASE WHEN i % 2 = 0 THEN 'UGX' ELSE null END, note: 'm' + i}]->(b)""",
        n=relations,
    )
    server.write(
        """UNWIND range(0, $n - 1) AS i
        MATCH (a:Account {number: 'AC' + (1000 + i % 100)}),
          (b:Wallet {msisdn: '+2547000000' + (10 + i % 20)})
        CREATE (a)-[:SENT]->(:Transaction {txid: 'T' + i, amount: (100 + i) / 100.0,
          time: localdatetime('2026-03-01T08:00:00') + duration({minutes: i})})-[:TO]->(b)""",
        n=nodes,
    )
    server.write(
        """UNWIND range(0, 9) AS i MATCH (b:Account {number: 'AC' + (1000 + i)})
        CREATE (:Person {first: 'Amina', last: 'No. ' + i})-[:OWNS {since: date('2025-05-01')}]->(b)"""
    )


def odd(server: Server) -> int:
    """Add transfers that cannot be read, each for another reason; return how many."""
    server.write("DROP INDEX practice_ref IF EXISTS")  # an index refuses the longest of these
    reasons: list[dict[str, Any]] = [
        {"at": "2026-01-01T10:00:00Z", "amount (c)": 5},  # no identifier
        {"ref": "no time", "amount (c)": 5},
        {"ref": "a list", "at": "2026-01-01T10:00:00Z", "amount (c)": [1, 2]},
        {"ref": "a word", "at": "2026-01-01T10:00:00Z", "amount (c)": "five"},
        {"ref": "nothing", "at": "2026-01-01T10:00:00Z"},
        {"ref": "below", "at": "2026-01-01T10:00:00Z", "amount (c)": -5},
        {"ref": "no currency", "at": "2026-01-01T10:00:00Z", "amount (c)": 5, "currency": "XYZ"},
        {"ref": "counted", "at": 1_700_000_000, "amount (c)": 5},
        {"ref": ["a", "b"], "at": "2026-01-01T10:00:00Z", "amount (c)": 5},
        {"ref": "z" * 1_200_000, "at": "2026-01-01T10:00:00Z", "amount (c)": 5},
        {"ref": 1.5, "at": "2026-01-01T10:00:00Z", "amount (c)": 5},
        {"ref": "fraction", "at": "2026-01-01T10:00:00Z", "amount (c)": 0.5},
        {"ref": "no number", "at": "2026-01-01T10:00:00Z", "amount (c)": float("nan")},
    ]
    server.write(
        """UNWIND $rows AS row MATCH (a:Account {number: 'AC1000'}), (b:Account {number: 'AC1001'})
        CREATE (a)-[r:`PAID; DROP //`]->(b) SET r = row""",
        rows=reasons,
    )
    server.write(
        """MATCH (a:Account {number: 'AC1000'}), (b:Account {number: 'AC1001'}), (d:Device)
        CREATE (a)-[:`PAID; DROP //` {ref: 'place', `amount (c)`: 5, at: point({x: 1, y: 2})}]->(b),
               (a)-[:`PAID; DROP //` {ref: 'device', `amount (c)`: 5, at: date('2026-01-01')}]->(d),
               (a)-[:`PAID; DROP //` {ref: 'same', `amount (c)`: 5, at: date('2026-01-01')}]->(b),
               (a)-[:`PAID; DROP //` {ref: 'same', `amount (c)`: 6, at: date('2026-01-01')}]->(b)"""
    )
    return len(reasons) + 3


def kept_odd(server: Server) -> None:
    """Add transfers that are unusual and can be read."""
    server.write(
        """MATCH (a:Account {number: 'AC1000'}), (b:Account {number: 'AC1001'}), (c:Cash)
        CREATE (a)-[:`PAID; DROP //` {ref: "'}) DETACH DELETE (n) //", `amount (c)`: '12',
                 at: date('2026-01-01'), note: "line\nbreak \\u0000 `tick`"}]->(b),
               (a)-[:`PAID; DROP //` {ref: 'float', `amount (c)`: 12.0,
                 at: datetime('2026-01-01T00:00:00Z')}]->(b),
               (a)-[:`PAID; DROP //` {ref: 'zone', `amount (c)`: 9007199254740993,
                 at: datetime('2026-01-01T10:00:00.123456789[Africa/Nairobi]')}]->(b),
               (a)-[:`PAID; DROP //` {ref: 'cash', `amount (c)`: 50, at: '2026-01-01'}]->(c),
               (a)-[:`PAID; DROP //` {ref: 'cash 2', `amount (c)`: 50, at: '2026-01-01'}]->(c),
               (a)-[:SENT]->(:Transaction {txid: 'one-sided', amount: '3.50', time: date('2026-01-01')})"""
    )
    server.write(
        """MATCH (a:Account {number: 'AC1000'}), (b:Account {number: 'AC1001'})
        CREATE (a)-[:`PAID; DROP //` {ref: 'long', `amount (c)`: 7, note: $long,
          at: date('2026-01-01')}]->(b)""",
        long="é" * 1_100_000,
    )
