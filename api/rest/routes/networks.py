"""``network``: the bounded part of who paid whom that a person looks at."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from api.casework.network import NetworkQuery
from api.casework.network_document import network_document
from api.rest.asking import Asking, Case, Names, Text
from api.rest.problems import Route, answers
from api.rest.shapes.tracing import NetworkShape
from graph.counting import Filter
from graph.model.instants import parse_iso
from graph.walk import BUDGET, HARD_STOP, Opening


def create_router(asking: Asking) -> APIRouter:
    """Return the routes of this noun."""
    router = APIRouter(tags=["network"], route_class=Route)

    @router.get("/cases/{case}/network", responses=answers(409))
    def network(
        request: Request,
        case: Case,
        opened: Annotated[
            list[str], Query(description="Instruments whose counterparties are wanted.", max_length=100)
        ] = [],  # noqa: B006
        direction: Literal["in", "out", "both"] = "both",
        choice: Annotated[
            Literal["", "all", "value", "count"], Query(description="Of many counterparties, which.")
        ] = "",
        since: Annotated[Text, Query(max_length=40)] = "",
        until: Annotated[Text, Query(max_length=40)] = "",
        asset: Annotated[Text, Query(max_length=200)] = "",
        budget: Annotated[int, Query(ge=1, le=HARD_STOP, description="Nodes at most.")] = BUDGET,
        clearance: Names = "masked",
    ) -> NetworkShape:
        """Return instruments and payments around those that are opened; what is left out is counted."""
        bench = asking.bench(request, case, "network", clearance)
        window = None
        if since or until:
            window = (
                parse_iso(since).lo if since else -(2**62),
                parse_iso(until).lo if until else 2**62,
            )
        query = NetworkQuery(
            opened=tuple(Opening(name, direction, choice) for name in opened),
            wanted=Filter(window=window, asset=asset),
            budget=budget,
        )
        return NetworkShape.model_validate(network_document(bench.network(query)))

    return router
