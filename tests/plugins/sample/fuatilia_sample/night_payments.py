"""A typology: one instrument pays several times at night. It has no source; it shows how one is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.catalogue import Parameter, Typology
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import DAY, EAST_AFRICA, HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.material import Material

ID = "XX-01"


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find instruments of persons that paid often enough between midnight and an hour."""
    known = [i for i in range(len(material)) if material.hi[i] - material.lo[i] <= HOUR]
    if not known:
        yield NotEvaluated(ID, "the evidence gives no time of day")
        return
    until = int(values["until_hour"]) * HOUR
    late = [i for i in known if (int(material.lo[i]) + EAST_AFRICA) % DAY < until]
    for node in sorted({int(material.src[i]) for i in late}):
        paid = tuple(i for i in late if material.src[i] == node)
        if material.person[node] and len(paid) >= values["payments"]:
            others = sorted({int(material.dst[i]) for i in paid} - {node})
            yield Candidate(node, (node, *others), paid, {"payments": len(paid)})


TYPOLOGY = Typology(
    id=ID,
    slug="night-payments",
    version="1",
    title="Payments at night",
    severity=Severity.CONTEXT,
    references=("None: a sample for the authors of plug-ins",),
    preconditions=("times of day",),
    parameters=(
        Parameter("payments", 3, "payments", "to have something to count"),
        Parameter("until_hour", 4, "hours", "from midnight in East Africa"),
    ),
    detect=detect,
    sentences={
        "en": "One instrument paid {payments} times at night. Pattern consistent with night work.",
        "sw": "Akaunti moja ililipa mara {payments} usiku. Mtindo unaolingana na kazi ya usiku.",
    },
)
