"""The modules that hold the public functions on graphs, flows and tables."""

from __future__ import annotations

FAMILIES = (
    "centrality",
    "structure",
    "value_chain",
    "complexity",
    "null_models",
    "shock",
    "gap",
    "recommend",
)
