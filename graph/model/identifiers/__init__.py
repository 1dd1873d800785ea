"""Identifiers of instruments: parse, checksum, canonical form."""

from __future__ import annotations

from graph.model.identifiers.identifier import Identifier, Kind
from graph.model.identifiers.masks import matches
from graph.model.identifiers.parsing import parse_identifier, recognise
from graph.model.identifiers.transactions import recognise_transaction

__all__ = ["Identifier", "Kind", "matches", "parse_identifier", "recognise", "recognise_transaction"]
