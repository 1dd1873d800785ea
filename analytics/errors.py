"""Errors of conclusions: what cannot be computed, and what was computed wrongly.

::

    AnalyticsError
    ├── TraceInputError     movements, openings or claims that contradict each other
    ├── PolicyError         a policy that names an unknown rule or choice
    ├── ExactnessError      a result that the chosen arithmetic cannot hold exactly
    ├── ConservationError   money appeared or vanished: a fault of this program, never of the case
    └── AllocationError     claims or a pool that cannot be shared as asked
"""

from __future__ import annotations

from graph.errors import FuatiliaError


class AnalyticsError(FuatiliaError):
    """A conclusion that cannot be drawn from what was given."""

    code = "analytics"


class TraceInputError(AnalyticsError):
    """Movements, openings or claims that contradict each other."""

    code = "trace_input"


class PolicyError(AnalyticsError):
    """A policy that names an unknown rule or an unknown choice."""

    code = "policy"


class ExactnessError(AnalyticsError):
    """A result that the chosen arithmetic cannot hold exactly."""

    code = "exactness"


class ConservationError(AnalyticsError):
    """Money appeared or vanished during a trace: a fault of the program, never of the case."""

    code = "conservation"


class AllocationError(AnalyticsError):
    """Claims or a pool that cannot be shared as asked."""

    code = "allocation"
