"""Value chains: where a company, sector or cluster sits between supply and final demand."""

from __future__ import annotations

from kedja._gvc import gvc_participation
from kedja._inferred_links import InferredLinks, infer_links

__all__ = ["InferredLinks", "gvc_participation", "infer_links"]


def __dir__() -> list[str]:
    return __all__
