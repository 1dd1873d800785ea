"""The columns in which observations travel from readers to stores, and out of stores to everybody.

Why columns and not objects: a statement of a million rows is parsed, reconciled and committed as
Arrow arrays; a row becomes an object only where a person looks at it.

Two tables make a reading. ``ROWS`` holds the legs (``graph.model.events`` says why a row has two
ends); ``FACTS`` holds observations without legs: statement headers, holders, rates, tags.

Places are kept as a ``form`` with the numbers ``a`` and ``b`` (``graph.model.locators``), because a
locator text per row would cost more than the row.
"""

from __future__ import annotations

import pyarrow as pa

WORD = pa.dictionary(pa.int32(), pa.string())
UNITS = pa.decimal128(38, 0)

ROWS = pa.schema(
    [
        pa.field("obs", pa.int32(), nullable=False),  # number of the observation in the batch, from 0
        pa.field("lo", pa.int64(), nullable=False),  # instant [lo, hi), microseconds UTC
        pa.field("hi", pa.int64(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),  # order within statement, block or file
        pa.field("form", WORD, nullable=False),  # locator form; {a} and {b} stand for the next two
        pa.field("a", pa.int64(), nullable=False),
        pa.field("b", pa.int64(), nullable=False),
        pa.field("status", WORD, nullable=False),  # graph.model.events.Status
        pa.field("kind", WORD, nullable=False),  # graph.model.events.LegKind
        pa.field("channel", WORD),  # the source's own word for the kind of operation
        pa.field("debit", WORD),  # Identifier.key of the paying instrument; null: a lone credit leg
        pa.field("credit", WORD),  # Identifier.key of the receiving instrument; null: a lone debit leg
        pa.field("amount", UNITS),  # base units, not negative; null only where digits is given
        pa.field("asset", WORD, nullable=False),  # Asset.key
        pa.field("digits", pa.string()),  # an amount beyond 38 digits, kept as its digits, in no sum
        pa.field("statement", WORD),  # Identifier.key of the instrument whose statement this row is
        pa.field("balance", UNITS),  # that instrument's balance after the row, as printed (may be < 0)
        pa.field("rail", pa.string()),  # what the rail guarantees: "uetr:…", "mpesa:…", "tron:tx:ordinal"
        pa.field("reverses", pa.string()),  # rail of the observation that the rail says is reversed
        pa.field("ref", pa.string()),  # reference as printed
        pa.field("text", pa.string()),  # narration as printed
        pa.field("mark", WORD),  # what a reader should know: "float source", "two calendars", …
    ]
)

FACTS = pa.schema(
    [
        pa.field("obs", pa.int32(), nullable=False),
        pa.field("lo", pa.int64(), nullable=False),
        pa.field("hi", pa.int64(), nullable=False),
        pa.field("form", WORD, nullable=False),
        pa.field("a", pa.int64(), nullable=False),
        pa.field("b", pa.int64(), nullable=False),
        pa.field("kind", WORD, nullable=False),  # graph.model.events.FactKind
        pa.field("subject", WORD),  # Identifier.key
        pa.field("object", WORD),
        pa.field("fields", pa.string(), nullable=False),  # canonical JSON, nothing identifying in it
        pa.field("text", pa.string()),  # identifying text: a holder's name, a tag's label
    ]
)

# What a View returns for rows: identifiers are opaque ids, places are full locators.
VIEW_ROWS = pa.schema(
    [
        pa.field("observation", pa.string(), nullable=False),
        pa.field("event", pa.string(), nullable=False),  # least observation id of its members
        pa.field("source", pa.string(), nullable=False),  # sha256
        pa.field("batch", pa.string(), nullable=False),
        pa.field("locator", pa.string(), nullable=False),
        pa.field("lo", pa.int64(), nullable=False),
        pa.field("hi", pa.int64(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("channel", pa.string()),
        pa.field("debit", pa.string()),  # opaque instrument id
        pa.field("credit", pa.string()),
        pa.field("amount", UNITS),
        pa.field("asset", pa.string(), nullable=False),
        pa.field("digits", pa.string()),
        pa.field("statement", pa.string()),
        pa.field("balance", UNITS),
        pa.field("reverses", pa.string()),  # observation id, where the rail's reference was found
        pa.field("ref", pa.string()),  # by clearance, else null
        pa.field("text", pa.string()),
        pa.field("mark", pa.string()),
    ]
)

VIEW_FACTS = pa.schema(
    [
        pa.field("observation", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("batch", pa.string(), nullable=False),
        pa.field("locator", pa.string(), nullable=False),
        pa.field("lo", pa.int64(), nullable=False),
        pa.field("hi", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("subject", pa.string()),
        pa.field("object", pa.string()),
        pa.field("fields", pa.string(), nullable=False),
        pa.field("text", pa.string()),
    ]
)
