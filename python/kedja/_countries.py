"""Country codes."""

from __future__ import annotations

_EU = {"EL": "GR", "UK": "GB"}  # the EU's codes, also in NUTS, that differ from ISO 3166-1


def iso(code: str) -> str:
    """A country's ISO 3166-1 alpha-2 code, from that or the EU's own."""
    return _EU.get(code.upper(), code.upper())
