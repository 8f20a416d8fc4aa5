"""Link values as lengths: what is wrong with one is said in the user's ids."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph

_Options = ParamSpec("_Options")
_Made = TypeVar("_Made")


def names_the_link(
    measure: Callable[Concatenate[CompanyGraph, _Options], _Made],
) -> Callable[Concatenate[CompanyGraph, _Options], _Made]:
    """A measure whose refusal of a value that is no length names the link's two companies."""

    @functools.wraps(measure)
    def named(graph: CompanyGraph, *args: _Options.args, **options: _Options.kwargs) -> _Made:
        try:
            return measure(graph, *args, **options)
        except InvalidArgumentError as error:
            rule = "length='value' needs values > 0"
            if not str(error).startswith(rule):
                raise
            source, target, value = graph._link_rows()
            assert value is not None
            at = int(np.flatnonzero(~(value > 0))[0])
            ends = [graph.ids[rows[at : at + 1]].tolist()[0] for rows in (source, target)]
            raise InvalidArgumentError(
                f"{rule}, and the link from {ends[0]!r} to {ends[1]!r} has {value[at]:g}; "
                "give such links a value, leave them out, or count links with length=None"
            ) from None

    return named
