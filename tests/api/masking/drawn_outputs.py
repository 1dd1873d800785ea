"""What is drawn or shown in a notebook: networks in every format, answers that show themselves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from api.casework.network import NetworkQuery
from api.evidence.exporters import Heading, exporters
from api.notebook import open_case
from api.settings import Settings
from api.workbench import Workbench
from graph.errors import FuatiliaError
from graph.model.scope import Clearance
from graph.store import Selection
from graph.walk import Opening
from tests.api.masking.planted import CASE, SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from api.notebook.bench import Notebook
    from tests.api.masking.planted import Planted

Output = tuple[str, bytes]
AT = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
LEVELS = (Clearance.MASKED, Clearance.CASE)


def bench_of(case: Planted, clearance: Clearance) -> Workbench:
    settings = Settings(store=str(case.folder / "store"), case=CASE, actor="Officer A")
    return Workbench.open(settings, purpose="test", clearance=clearance)


def ends(bench: Workbench) -> list[str]:
    rows = bench.store.select(bench.scope, Selection(statuses=())).table
    return sorted({i for end in ("debit", "credit") for i in rows[end].to_pylist() if i})


def exported(case: Planted, levels: Sequence[Clearance] = LEVELS) -> Iterator[Output]:
    """The network around each instrument, in every format."""
    for clearance in levels:
        with bench_of(case, clearance) as bench:
            queries = [NetworkQuery(), *(NetworkQuery(opened=(Opening(i),)) for i in ends(bench)[:6])]
            for query in queries:
                network = bench.network(query)
                for code, exporter in sorted(exporters().items()):
                    for name, data in sorted(exporter.files(network, Heading("Network", CASE)).items()):
                        yield f"{clearance.name} {code} {name}", data


def notebook(case: Planted) -> Iterator[Output]:
    """Every answer of a notebook in every form in which a cell can print it, and what a cell fails with."""
    for clearance in LEVELS:
        notes = open_case(case.folder / "store", CASE, actor="Officer A", unmask=clearance is Clearance.CASE)
        with notes:
            for name, answer in answers(case, notes):
                for form, text in forms(answer):
                    yield f"{clearance.name} {name} {form}", text.encode()
            for name, refused in refusals(case, notes):
                yield f"{clearance.name} {name} (refused)", refused.encode()


def answers(case: Planted, notes: Notebook) -> Iterator[tuple[str, Any]]:
    """Ask all that a notebook can be asked."""
    traced = notes.trace(SEED)
    yield "trace", traced
    yield "hops", traced.hops()
    yield "holdings", traced.holdings()
    yield "figure", traced.figure()
    yield "compare", notes.compare(SEED, rule="fifo", arithmetic="exact")
    yield "allocate", notes.allocate(traced, AT)
    yield "sources", notes.sources()
    yield "leads", notes.leads()
    yield "detect", notes.detect()
    for text in case.typed:
        yield "search", notes.search(text)
    for one in ends(notes.bench)[:6]:
        yield "transfers", notes.transfers(one)
    network = notes.network()
    yield "network", network
    yield "edges", network.edges()
    yield "measures", network.measures()
    for path in sorted(p for p in case.folder.iterdir() if p.suffix in (".xlsx", ".xml", ".Kiprotich")):
        yield "ingest", notes.ingest(path, supplier=case.victim.name)


def forms(answer: Any) -> Iterator[tuple[str, str]]:
    """Yield an answer in every form that a notebook, a print and a saved file show."""
    yield "html", answer._repr_html_()
    yield "text", str(answer)
    yield "repr", repr(answer)
    yield "frame", answer.to_frame().to_csv()
    yield "document", str(getattr(answer, "document", {}))
    if hasattr(answer, "records"):
        yield "records", str(answer.records())
        yield "explained", answer.explain()
    if hasattr(answer, "to_networkx"):
        yield "networkx", str(list(answer.to_networkx(each_payment=True).edges(data=True)))
        yield "nodes", str(list(answer.to_networkx().nodes(data=True)))


def refusals(case: Planted, notes: Notebook) -> Iterator[tuple[str, str]]:
    """Yield what a cell prints when it is refused; the notebook stays open."""
    v = case.victim
    asked: list[tuple[str, Callable[[], object]]] = [
        *((f"trace {n}", lambda text=text: notes.trace(f"V1={text}")) for n, text in enumerate(case.typed)),
        ("trace by rule", lambda: notes.trace(SEED, rule=v.name)),
        ("trace of", lambda: notes.trace(f"{v.name}={v.phone}")),
        ("transfers", lambda: notes.transfers(v.name)),
        ("detect", lambda: notes.detect(v.name)),
        ("assert", lambda: notes.assert_("paid_for", v.name, v.phone, v.name)),
        ("ingest", lambda: notes.ingest(case.folder / f"{v.name}.none")),
        ("ingest with", lambda: notes.ingest(case.folder / "x", mapping=f"{case.folder}/{v.name}.yaml")),
        ("network", lambda: notes.network(NetworkQuery(opened=(Opening(v.phone),)))),
    ]
    for name, ask in asked:
        try:
            yield name, str(ask())
        except FuatiliaError as error:
            yield name, f"{error!r} {error} {error.fields()}"
