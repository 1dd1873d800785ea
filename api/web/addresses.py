"""Addresses of pages: every screen of a case has one, and it holds the whole state of what is shown."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from api.addressing import case_named, case_word

__all__ = ["case_named", "case_url", "case_word"]


def case_url(case: str, *parts: str, **query: str) -> str:
    """Return the address of a page of a case.

    Examples
    --------
    >>> case_url("KE 1", "leads", lead="ab")
    '/cases/KE%201/leads?lead=ab'
    """
    path = "/".join(quote(p, safe="~") for p in ("cases", case_word(case), *parts))
    given = {k: v for k, v in query.items() if v}
    return f"/{path}" + (f"?{urlencode(given)}" if given else "")
