"""What was concluded or said, as the shared graph holds it, and what a pull needs, sealed."""

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

_RESULT = (
    text("id", "hash of what ran, with what, over which evidence", "Result.id"),
    text("case", "the case", "Result.case"),
    text("ran", "name and version of what ran", "Result.ran"),
    text("inputs", "content hash of the evidence", "Result.inputs"),
    yes_no("stands", "false once evidence that it cites was retracted", "fallen, risen"),
    text("hash", "order-free hash of everything of it that is in the graph", "projection"),
)
_CASED = (
    text("case", "the case", "Assertion.case"),
    text("author", "who said it", "Assertion.author"),
    text("made", "when, ISO", "Assertion.made"),
    text("reason", "why; without names of the protected", "Assertion.reason"),
)
RESULTS = (Label.LEAD, Label.TRACE, Label.ASSET, Label.ALLOCATION, Label.PROPOSAL)

NODES = (
    NodeKind(
        Label.LEAD,
        "id",
        "A pattern found in the evidence; nothing about a person's guilt.",
        (
            *_RESULT,
            text("typology", "id of the rule, as RA-01", "fields.typology"),
            text("severity", "C, H, M or L", "fields.severity"),
            text("sentence", "what was found; without names of the protected", "fields.sentence"),
            whole("since", "begin of its window, microsecond UTC", "fields.window"),
            whole("until", "end of it", "fields.window"),
            text("decision", "confirmed or dismissed, of the last disposition", "Disposition.decision"),
        ),
        ("case",),
    ),
    NodeKind(
        Label.TRACE,
        "id",
        "Where claimed money went, under several rules of law side by side.",
        (
            *_RESULT,
            text("rule", "the rule of the policy", "policy.rule"),
            texts("rules", "the rules compared", "fields.rules"),
            text("asset", "of the claim", "fields.claim.asset"),
            text("total", "of the claim, as a decimal text", "fields.claim.total"),
        ),
        ("case",),
    ),
    NodeKind(
        Label.ASSET,
        "id",
        "What may be restrained.",
        (*_RESULT, text("asset", "what it is", "fields")),
        ("case",),
    ),
    NodeKind(
        Label.ALLOCATION,
        "id",
        "What each victim would be given, under several schemes.",
        (
            *_RESULT,
            text("base", "the scheme of the policy", "fields.base"),
            texts("schemes", "the schemes compared", "fields.schemes"),
            text("asset", "of the pool", "fields.asset"),
            text("pool", "as a decimal text", "fields.pool"),
        ),
        ("case",),
    ),
    NodeKind(Label.PROPOSAL, "id", "A step put to a person.", _RESULT, ("case",)),
    NodeKind(
        Label.CLUSTER,
        "id",
        "Instruments that a method puts into one hand; can be undone.",
        (*_RESULT, text("method", "the heuristic", "fields.method")),
        ("case",),
    ),
    NodeKind(
        Label.JUDGEMENT,
        "id",
        "What a person stated or decided.",
        (
            text("id", "hash of what was said by whom when", "Assertion.id, Disposition"),
            *_CASED,
            text("kind", "same_event, paid_for, role, restraint, confirmed, dismissed …", "Assertion.kind"),
            text("subject", "what it is about; observations and opaque ids only", "Assertion.subject"),
            text("object", "what it says of it; without names of the protected", "Assertion.object"),
            text("ground", "of a dismissal", "Disposition.ground"),
            text("retracts", "the judgement that it takes back", "Assertion.retracts"),
            yes_no("stands", "false once it was taken back", "Assertion.retracts"),
        ),
        ("case",),
    ),
    NodeKind(
        Label.DOCUMENT,
        "id",
        "One record of a ledger's catalogue, sealed: for a pull, not to be read here.",
        (
            text("id", "keyed hash of the record; tells nothing", "catalogue"),
            text("table", "sources, cases, admissions, results, assertions, links …", "catalogue"),
            whole("rev", "revision of the graph in which it came", "projection"),
            Property(
                "body", Kind.BYTES, "sealed: AES-256-GCM under a key of the security domain", "catalogue"
            ),
        ),
        ("rev",),
    ),
    NodeKind(
        Label.PART,
        "id",
        "A piece of a file of a batch, or of an original, sealed: for a pull.",
        (
            text("id", "sha256 of the whole file / number of the piece", "files"),
            text("file", "sha256 of the whole file before sealing", "files.sha256"),
            text("batch", "the reading", "files.batch"),
            whole("n", "number of the piece, from 0", "layout"),
            whole("of", "number of pieces", "layout"),
            Property("bytes", Kind.BYTES, "sealed, at most 1 MiB", "files"),
        ),
        ("batch", "file"),
    ),
    NodeKind(
        Label.GRAPH,
        "id",
        "The graph itself; one node.",
        (
            text("id", "fuatilia", "model"),
            whole("format", "version of this model", "model"),
            text(
                "key_check",
                "sha256 of the security domain's identity key: another key is refused",
                "identity.key",
            ),
            text("born", "random, drawn when the graph was made: tells one from its successor", "projection"),
            whole("rev", "grows with every push that changed something", "projection"),
        ),
    ),
)

RELATIONS = (
    RelationKind(
        Type.CITES,
        tuple((label, Label.SOURCE) for label in (*RESULTS, Label.CLUSTER)),
        "The result rests on places of this source.",
        (
            text("id", "result/sha256", "Result.citations"),
            texts("observations", "what it cites there, sorted", "Result.citations"),
        ),
    ),
    RelationKind(
        Type.CONCERNS,
        ((Label.LEAD, Label.INSTRUMENT), (Label.ASSET, Label.INSTRUMENT), (Label.PROPOSAL, Label.INSTRUMENT)),
        "The result is about it; nothing about who did what.",
        (text("id", "result/instrument", "fields.instruments"),),
    ),
    RelationKind(
        Type.HOP,
        ((Label.TRACE, Label.INSTRUMENT),),
        "One step of a trace under one rule: what reached this instrument from the one named.",
        (
            text("id", "trace/rule/number", "fields.rules.hops"),
            text("rule", "the rule of law", "fields.rules"),
            whole("n", "number of the step, from 0", "fields.rules.hops"),
            text("payer", "id of the paying instrument", "VIEW_ROWS.debit"),
            text("observation", "that shows it", "hops.observation"),
            text("movement", "the event", "hops.movement"),
            text("at", "when, ISO", "hops.at"),
            text("amount", "of the transfer, as a decimal text", "hops.amount"),
            text("asset", "it was paid in", "hops.asset"),
            text("traced", "of the claim in it, as a decimal text", "hops.traced"),
            text("received", "what arrived", "hops.received"),
            text("received_asset", "it arrived in", "hops.received_asset"),
        ),
    ),
    RelationKind(
        Type.HOLDS_UNDER,
        ((Label.TRACE, Label.INSTRUMENT),),
        "Where the claimed money is at the end, under one rule.",
        (
            text("id", "trace/rule/number", "fields.rules.holdings"),
            text("rule", "the rule of law", "fields.rules"),
            text("asset", "held", "holdings.asset"),
            text("amount", "held, as a decimal text", "holdings.amount"),
            text("claim", "in the asset of the claim", "holdings.claim"),
            text("least", "under the rule that gives least", "fields.band"),
            text("most", "under the rule that gives most", "fields.band"),
        ),
    ),
    RelationKind(
        Type.DIVIDES,
        ((Label.ALLOCATION, Label.TRACE),),
        "The allocation divides what the trace found.",
        (text("id", "of the allocation", "parameters.trace"),),
    ),
    RelationKind(
        Type.RESTS_ON,
        ((Label.TRACE, Label.JUDGEMENT),),
        "The trace takes the statement as true.",
        (text("id", "trace/judgement", "parameters.assertions"),),
    ),
    RelationKind(
        Type.JUDGES,
        tuple((Label.JUDGEMENT, label) for label in RESULTS),
        "The decision is about this result.",
        (text("id", "of the judgement", "Disposition.result"),),
    ),
    RelationKind(
        Type.RESTRAINS,
        ((Label.JUDGEMENT, Label.INSTRUMENT),),
        "A person recorded that it is asked for, held, ordered to be kept, or let go.",
        (
            text("id", "of the judgement", "Assertion.id"),
            text("state", "open, asked, held_until, ordered or lifted", "Assertion.object"),
            text("asset", "which", "Assertion.object"),
            text("amount", "digits of base units; absent: the whole", "Assertion.object"),
            text("until", "day on which a hold ends", "Assertion.object"),
            text("reference", "of the order", "Assertion.object"),
            text("on", "since which day", "Assertion.object"),
        ),
    ),
    RelationKind(
        Type.MEMBER,
        ((Label.INSTRUMENT, Label.CLUSTER),),
        "The method puts it there.",
        (text("id", "cluster/instrument", "fields"),),
    ),
)
