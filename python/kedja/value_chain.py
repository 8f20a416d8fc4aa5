"""Value chains: where a company, sector or cluster sits between supply and final demand."""

from __future__ import annotations

from kedja._gvc import gvc_participation

__all__ = ["gvc_participation"]


def __dir__() -> list[str]:
    return __all__
