"""Following: from a store's View to the tracing engine's input."""

from __future__ import annotations

from analytics.tracing.following.closure import Budget, Place
from analytics.tracing.following.following import Following, LedgerNote, Seed, follow

__all__ = ["Budget", "Following", "LedgerNote", "Place", "Seed", "follow"]
