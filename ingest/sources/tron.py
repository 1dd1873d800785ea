"""TRON: saved TronGrid answers of an account's TRC-20 transfers.

The answers of ``GET /v1/accounts/{address}/transactions/trc20`` as saved, bare or in our fetchers'
wrapper; ``ingest.tron.answers`` documents both. Only ``type: Transfer`` moves money; approvals and
the rest are listed as left out. Fake stablecoins and transfers of nothing are kept and marked.

An answer that says what was asked becomes a statement fact: that address, that window, these
assets, and whether all of it is here, so that tracing knows what it may rely on. Times are those of
the block, to the millisecond. The interface gives no position within a block: rows of one block
stand in the order of the file.

Limits: 64 MiB for one JSON text, half a million entries in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SURE, _EMPTY = 95, 70
_ENTRY = (b'"transaction_id"', b'"token_info"', b'"block_timestamp"')
_ANSWER = (b'"data"', b'"success"', b'"meta"', b'"page_size"')


class Tron:
    """Reader of saved TRC-20 histories."""

    code = "tron"
    title = "TRON TRC-20 transfers (saved TronGrid JSON)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for JSON with the keys of a TRC-20 entry, or of an answer without entries."""
        start = head.start.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start.startswith((b"{", b"[")):
            return Sniff(0, "not JSON")
        if all(key in start for key in _ENTRY):
            return Sniff(_SURE, "entries of a TronGrid TRC-20 answer")
        if all(key in start for key in _ANSWER):
            return Sniff(_EMPTY, "a TronGrid answer without entries")
        return Sniff(0, "JSON, but no TRC-20 answer")

    def read(self, path: Path, options: Options) -> Iterator[Reading]:  # noqa: ARG002 - the protocol
        """Read every answer of a file.

        Raises
        ------
        UnreadableError
            Not JSON, cut, too large, or no TronGrid answer.
        """
        from ingest.tron.answers import Answer, answers
        from ingest.tron.histories import Histories

        histories = Histories()
        for answer in answers(path):
            if isinstance(answer, Answer):
                histories.page(answer)
            else:
                histories.rejected.append(answer)
        yield from histories.readings(path.stat().st_size)


SOURCE = Tron()
