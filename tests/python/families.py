"""The modules that hold the public functions on graphs, flows and tables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import kedja

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
#: those that have functions of a graph
OF_GRAPHS = ("centrality", "structure", "null_models", "recommend")


def public_functions(
    families: Iterable[str] = FAMILIES,
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each public function with its name, such as "centrality.degree"."""
    for family in families:
        module = getattr(kedja, family)
        for name in module.__all__:
            function = getattr(module, name)
            if inspect.isfunction(function):
                yield f"{family}.{name}", function
