"""Ethereum and the chains that copy it: saved answers of a node, or tables exported from them.

Reads token transfers (ERC-20), the chain's coin, the fee of every transaction, value passed on
inside transactions where traces were saved, and tokens that exist once (ERC-721: facts without an
amount). ``ingest.evm.answers`` documents the forms; ``ingest.fetchers.evm`` writes the first of
them. A file that does not name its chain needs ``--option chain=NUMBER``.

A token is (chain, contract); its decimals are those that the contract gave, and where it was not
asked the amounts stay in base units of an unknown exponent. A failed transaction is kept with its
status, and its fee is paid. Look-alike tokens and transfers of nothing are kept and marked. Where
the file has no block times an instant is the whole time since the first block, and said so.

Limits: 64 MiB for one JSON text, 2 GiB unpacked, a million movements in a file.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from ingest.source import Head, Options, Reading, Sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS, _SURE, _LIKELY = 98, 95, 70
_HEADER = b'"page":"evm 1"'
_LOG = (b'"topics"', b'"data"', b'"address"')
_EXPORTED_BLOCK = (b'"parent_hash"', b'"transactions_root"', b'"receipts_root"')
_EXPORT = (b'"block_number"', b'"transaction_index"', b'"block_hash"')
_TRANSACTION = (b'"gasPrice"', b'"gasUsed"', b'"effectiveGasPrice"', b'"parentHash"')
_GZIP = 31
_MOST = 1 << 18


class Evm:
    """Reader of what a node of an Ethereum-like chain answered."""

    code = "evm"
    title = "Ethereum-like chains (saved JSON-RPC answers, exported blocks and logs)"
    version = "1"

    def sniff(self, head: Head) -> Sniff:
        """Look for JSON with the keys of a page, a log, a block or a receipt."""
        start = _unpacked(head.start).removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start.startswith((b"{", b"[")):
            return Sniff(0, "not JSON")
        if _HEADER in start[:4096]:
            return Sniff(_OURS, "a page of saved node answers")
        if all(key in start for key in _LOG) and b'"transactionHash"' in start:
            return Sniff(_SURE, "logs as a node answers them")
        if any(all(key in start for key in keys) for keys in (_EXPORT, _EXPORTED_BLOCK)):
            return Sniff(_SURE, "blocks, transactions or logs exported from a node")
        if any(key in start for key in _TRANSACTION) and b'"jsonrpc"' in start:
            return Sniff(_LIKELY, "an answer of a node")
        return Sniff(0, "JSON, but no answer of an Ethereum node")

    def read(self, path: Path, options: Options) -> Iterator[Reading]:
        """Read every answer of a file.

        Raises
        ------
        UnreadableError
            Not JSON, cut, too large, no answer of a node, or of no stated chain.
        """
        from ingest.evm.pages import Pages

        yield from Pages(path, options.source, options.values).readings()


def _unpacked(start: bytes) -> bytes:
    """Return the first bytes of what a gzipped file holds, or the bytes as they are."""
    if start[:2] != b"\x1f\x8b":
        return start
    try:
        return zlib.decompressobj(_GZIP).decompress(start, _MOST)
    except zlib.error:
        return b""


SOURCE = Evm()
