"""What was seen, as the shared graph holds it: instruments, parties, payments, files and cases."""

from __future__ import annotations

from graph.stores.neo4j.model import (
    Kind,
    Label,
    NodeKind,
    Property,
    RelationKind,
    Type,
    text,
    texts,
    whole,
    yes_no,
)

_ROW = (
    texts("cases", "where it stands so; absent: in every case that admits its source", "Scope.cases"),
    text("batch", "the reading that it was read in; its Batch names the source", "VIEW_ROWS.batch"),
    text("locator", "place in the original", "VIEW_ROWS.locator"),
    whole("a", "first number of the place, for the total order (lo, seq, source, a, b, place)", "ROWS.a"),
    whole("b", "second number of the place; absent: 0", "ROWS.b"),
    whole("place", "number of the row in its batch, from 0", "Snapshot.row"),
    text("event", "least observation of the payment; absent: its own", "VIEW_ROWS.event"),
    whole("lo", "earliest microsecond UTC since 1970", "VIEW_ROWS.lo"),
    whole("hi", "first microsecond after it", "VIEW_ROWS.hi"),
    whole("seq", "order within statement, block or file", "VIEW_ROWS.seq"),
    text("kind", "principal, fee, tax, commission, overdraft, interest or reversal", "VIEW_ROWS.kind"),
    text("channel", "the source's own word for the operation", "VIEW_ROWS.channel"),
    text("amount", "digits of the whole number of base units", "VIEW_ROWS.amount"),
    Property(
        "value",
        Kind.NUMBER,
        "amount with its decimals as a float: to filter by, never to sum",
        "VIEW_ROWS.amount",
    ),
    text("asset", "what is paid in; ends with its decimals", "VIEW_ROWS.asset"),
    text("statement", "instrument whose statement the row is on", "VIEW_ROWS.statement"),
    text("balance", "its balance after the row, digits, as printed", "VIEW_ROWS.balance"),
    text("reverses", "observation that it takes back", "VIEW_ROWS.reverses"),
    text("mark", "what a reader should know", "VIEW_ROWS.mark"),
    text("debit", "paying instrument as this row prints it, where that is not the payer", "VIEW_ROWS.debit"),
    text(
        "credit",
        "receiving instrument as this row prints it, where that is not the receiver",
        "VIEW_ROWS.credit",
    ),
    yes_no("merged", "its ends come from several observations of the payment", "projection"),
    yes_no("veiled", "a word of somebody protected was taken out of it", "Protected"),
)
_ROW_ID = "observation/part: which place says it, and which of the rows there; its ends where cases differ"

NODES = (
    NodeKind(
        Label.INSTRUMENT,
        "id",
        "An account, wallet, till, address, card or cash end.",
        (
            text(
                "id",
                "opaque: the hash of its identifier under the key of the security domain",
                "Instrument.id",
            ),
            text(
                "kind", "msisdn, iban, account, till, paybill, agent, bitcoin, evm, tron …", "Instrument.kind"
            ),
            text("rail", "bank, mobile, chain, cash or none", "rail_of(kind)"),
            text("label", "its number or address; a token where it is protected", "Instrument.label"),
            text("institution", "who keeps it, where that is known", "Instrument.institution"),
            yes_no("masked", "the evidence itself prints it masked; absent: no", "Instrument.masked"),
            yes_no(
                "protected",
                "a victim's or a witness's in a case of the store; absent: no",
                "Instrument.protected",
            ),
            yes_no("veiled", "a word of somebody protected was taken out of it; absent: no", "Protected"),
        ),
        ("protected",),
    ),
    NodeKind(
        Label.PARTY,
        "id",
        "A person or organisation as a source prints it.",
        (
            text("id", "opaque: a keyed hash of source and name", "VIEW_FACTS.text of kind holder"),
            text("name", "as printed; a token where it is protected", "VIEW_FACTS.text"),
            yes_no("protected", "a victim or a witness in a case of the store", "Protected"),
            text("batch", "the reading that prints it", "VIEW_FACTS.batch"),
        ),
        ("batch",),
    ),
    NodeKind(
        Label.CASE,
        "id",
        "A case.",
        (text("id", "its number", "Case.id"), text("title", "without names of the protected", "Case.title")),
    ),
    NodeKind(
        Label.SOURCE,
        "sha256",
        "An original file; the file itself is in the ledgers and, sealed, in Part nodes.",
        (
            text("sha256", "of its bytes", "Source.sha256"),
            whole("size", "bytes", "Source.size"),
            text("name", "its name, or a label where the name may name somebody", "Source.name"),
            text("media", "media type", "Source.media"),
            text("supplier", "who gave it", "Source.supplier"),
            text("authority", "by what right", "Source.authority"),
            text("received", "when, as stated", "Source.received"),
        ),
    ),
    NodeKind(
        Label.BATCH,
        "id",
        "One reading of one source by one version of a reader.",
        (
            text("id", "hash of source, reader, version, mapping and options", "Batch.id"),
            text("source", "sha256 of the original", "Batch.source"),
            text("reader", "what read it", "Batch.reader"),
            text("version", "in which version", "Batch.version"),
            whole("rows", "rows of it", "files.rows"),
            text("state", "loading, or done: everything of it is in the graph", "projection"),
        ),
        ("state",),
    ),
    NodeKind(
        Label.SECTION,
        "id",
        "How far one part of the projection is: what a push goes on from, and skips when nothing changed.",
        (
            text("id", "kind:what, as rows:BATCH or result:ID", "projection"),
            text("state", "loading or done", "projection"),
            text("made_from", "hash of everything in the ledger that the part is made from", "projection"),
            text("hash", "order-free hash of its rows, written when it is done", "projection"),
            whole("count", "its rows", "projection"),
            whole("checkpoint", "chunks that are in; written in the transaction of each chunk", "projection"),
            text("sum", "order-free hash of the chunks that are in", "projection"),
            text("token", "the push that is at it", "projection"),
            whole("beat", "the server's millisecond when it last wrote", "projection"),
        ),
    ),
    NodeKind(
        Label.EVENT,
        "id",
        "A payment of which several observations tell.",
        (
            text("id", "least observation of its members", "VIEW_ROWS.event"),
            texts("observations", "its members, sorted", "VIEW_ROWS.observation"),
        ),
    ),
    NodeKind(
        Label.ENTRY,
        "id",
        "A row that is not drawn as TRANSFER: failed, pending, one-sided, told of already, beyond 38 digits.",
        (
            text("id", _ROW_ID, "VIEW_ROWS"),
            text("why", "why it is not drawn", "projection"),
            text("status", "completed, failed, reversed or pending", "VIEW_ROWS.status"),
            text("digits", "of an amount beyond 38 digits, which is in no sum", "VIEW_ROWS.digits"),
            *_ROW,
        ),
        ("batch",),
    ),
    NodeKind(
        Label.TAG,
        "id",
        "What a list says of an instrument.",
        (
            text("id", "the observation", "VIEW_FACTS.observation"),
            text("category", "exchange_deposit, merchant, donation …", "VIEW_FACTS.fields"),
            text("label", "the list's words; hidden where they name somebody protected", "VIEW_FACTS.text"),
            text("batch", "the reading", "VIEW_FACTS.batch"),
            text("locator", "place in the original", "VIEW_FACTS.locator"),
        ),
        ("batch",),
    ),
)

RELATIONS = (
    RelationKind(
        Type.TRANSFER,
        ((Label.INSTRUMENT, Label.INSTRUMENT),),
        "Money moved: one completed transfer between two instruments, once for each payment.",
        (
            text("id", _ROW_ID, "VIEW_ROWS"),
            *_ROW,
        ),
        ("batch",),
    ),
    RelationKind(
        Type.DEBIT,
        ((Label.ENTRY, Label.INSTRUMENT),),
        "The entry takes from it.",
        (text("id", "of the entry", "VIEW_ROWS.debit"),),
    ),
    RelationKind(
        Type.CREDIT,
        ((Label.ENTRY, Label.INSTRUMENT),),
        "The entry gives to it.",
        (text("id", "of the entry", "VIEW_ROWS.credit"),),
    ),
    RelationKind(
        Type.OF,
        ((Label.ENTRY, Label.EVENT),),
        "The entry tells of this payment.",
        (text("id", "of the entry", "VIEW_ROWS.event"),),
    ),
    RelationKind(
        Type.HOLDS,
        ((Label.PARTY, Label.INSTRUMENT),),
        "A source prints the party as holder, for a time.",
        (
            text("id", "observation/part", "VIEW_FACTS.observation"),
            text("as", "customer or counterparty", "VIEW_FACTS.fields"),
            whole("since", "microsecond UTC", "VIEW_FACTS.lo"),
            whole("until", "microsecond UTC", "VIEW_FACTS.hi"),
            text("observation", "that says so", "VIEW_FACTS.observation"),
            text("batch", "the reading", "VIEW_FACTS.batch"),
        ),
        ("batch",),
    ),
    RelationKind(
        Type.TAGS,
        ((Label.TAG, Label.INSTRUMENT),),
        "The tag is about it.",
        (text("id", "of the tag", "VIEW_FACTS.subject"),),
    ),
    RelationKind(
        Type.ADMITS,
        ((Label.CASE, Label.SOURCE),),
        "The case may use the source.",
        (text("id", "case/sha256", "admissions"),),
    ),
    RelationKind(
        Type.READ_FROM,
        ((Label.BATCH, Label.SOURCE),),
        "The batch is a reading of it.",
        (text("id", "of the batch", "Batch.source"),),
    ),
)
