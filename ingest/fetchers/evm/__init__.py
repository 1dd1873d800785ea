"""Ethereum-like chains over JSON-RPC: ask a node, save its answers page by page, notice reorganisations."""

from __future__ import annotations

from ingest.fetchers.evm.errors import FetchError
from ingest.fetchers.evm.node import Node
from ingest.fetchers.evm.question import Question
from ingest.fetchers.evm.saved import PageHead, covered, page_head
from ingest.fetchers.evm.walk import Saved, Stale, walk

__all__ = ["FetchError", "Node", "PageHead", "Question", "Saved", "Stale", "covered", "page_head", "walk"]
