"""Who comes into question, and which of them are best."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._measure import whole
from kedja._profile import unknown
from kedja._run import Progress, context, stage
from kedja.recommend._fitted import FEATURES, unfitted

if TYPE_CHECKING:
    from kedja.recommend._model import PartnerModel


class Found(NamedTuple):
    """Candidates, one per row: vertices, log odds with error, features; how many were looked at."""

    source: Any
    target: Any
    odds: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]
    rows: npt.NDArray[np.float32]
    ways: npt.NDArray[np.uint8]  # by what each was found: bits, see _core.partner_ways
    considered: int
    merged: bool  # k of each of two kinds: those of one source may number 2 k

    def take(self, which: npt.NDArray[np.int64]) -> Found:
        return Found(
            self.source[which],
            self.target[which],
            self.odds[which],
            self.error[which],
            self.rows[which],
            self.ways[which],
            self.considered,
            self.merged,
        )


class Filter(NamedTuple):
    """Who may be suggested, and how many candidates per source are looked at."""

    country: str | Iterable[str] | None = None
    sme: bool = False
    exclude: Iterable[str] = ()
    other_clusters: bool = True
    newcomers: bool = False
    reach: int = 500


def eligible(model: PartnerModel, asked: Filter) -> npt.NDArray[np.bool_]:
    """Companies that may be suggested at all."""
    h = model._history
    may = h.firm & model._evidence.known
    if (h.name != "").any():
        may &= h.name != ""
    if asked.country is not None:
        wanted = [asked.country] if isinstance(asked.country, str) else list(asked.country)
        known = sorted({c for c in h.country_name if c})
        for one in wanted:
            if one not in known:
                raise InvalidArgumentError(unknown("country", one, known))
        may &= np.isin(h.country_name.astype(str), wanted)
    if asked.sme:
        may &= h.sme
    exclude = list(asked.exclude)
    if exclude:
        may[model._vertices(exclude)] = False
    if not asked.newcomers and model.kind == "probability":
        may &= model._evidence.degree > 0
    return np.asarray(may, dtype=bool)


def best(
    model: PartnerModel,
    sources: Any,
    may: npt.NDArray[np.bool_],
    k: int,
    asked: Filter,
    threads: int,
    progress: Progress,
) -> Found:
    """The k best of each source among those who may, by falling odds.

    Those with a partner on record and those without are asked apart, so that newcomers take no
    place from the others: up to k of each.
    """
    degree = model._evidence.degree
    kinds = [some for some in (may & (degree > 0), may & (degree == 0)) if some.any()]
    step = 1 / max(len(kinds), 1)
    parts = [
        _best(
            model,
            sources,
            some,
            k,
            asked,
            threads,
            stage(progress, "partners", i * step, (i + 1) * step),
        )
        for i, some in enumerate(kinds)
    ] or [_best(model, sources, may, k, asked, threads, progress)]
    if len(parts) == 1:
        return parts[0]
    return Found(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.odds for part in parts]),
        np.concatenate([part.error for part in parts]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.ways for part in parts]),
        sum(part.considered for part in parts),
        True,
    )


def _best(
    model: PartnerModel,
    sources: Any,
    may: npt.NDArray[np.bool_],
    k: int,
    asked: Filter,
    threads: int,
    progress: Progress,
) -> Found:
    k, reach = whole("k", k), whole("reach", asked.reach)
    own = model._estimator is not None  # ranks all that come into question
    source, target, odds, error, flat, ways, considered = model._evidence.core.best(
        model._history.groups._core,
        np.ascontiguousarray(may),
        (unfitted("") if own else model._fitted).model,
        np.ascontiguousarray(sources, dtype=np.uint32),
        reach if own else k,
        reach,
        asked.other_clusters,
        **context(progress, "partners", threads),
    )
    rows = flat.reshape(len(source), len(FEATURES))
    found = Found(source, target, odds, error, rows, ways, considered, False)
    if not own:
        return found
    odds, error = model._odds(rows)
    found = found._replace(odds=odds, error=error)
    return found.take(best_of_each(source, target, odds, k))


def found_by(ways: npt.NDArray[np.uint8]) -> npt.NDArray[np.object_]:
    """The ways of each candidate by name, joined by a comma."""
    names = np.array(
        [
            ", ".join(name for bit, name in enumerate(_core.partner_ways) if bits >> bit & 1)
            for bits in range(2 ** len(_core.partner_ways))
        ],
        dtype=object,
    )
    made: npt.NDArray[np.object_] = names[ways]
    return made


def cold(model: PartnerModel, source: Any, target: Any) -> npt.NDArray[np.bool_]:
    """Whether one of the two has no partner on record."""
    degree = model._evidence.degree
    found: npt.NDArray[np.bool_] = (degree[source] == 0) | (degree[target] == 0)
    return found


def best_of_each(
    source: Any, target: Any, odds: Any, k: int, last: Any = None
) -> npt.NDArray[np.int64]:
    """The k best rows of each source, in the order of sources; those marked `last` come last."""
    keys = (target, -odds, source) if last is None else (target, -odds, last, source)
    order = np.lexsort(keys)
    begin = np.r_[True, np.diff(source[order].astype(np.int64)) != 0][: len(order)]
    place = np.arange(len(order)) - np.flatnonzero(begin)[np.cumsum(begin) - 1]
    kept: npt.NDArray[np.int64] = order[place < k]
    return kept


def chosen(
    source: Any, target: Any, odds: Any, last: Any, k: int, per_company: int, several: bool
) -> npt.NDArray[np.int64]:
    """Rows by falling odds, those marked `last` after all others.

    Each target once, at most `per_company` for one of several sources.
    """
    taken: set[int] = set()
    asked: dict[int, int] = {}
    kept: list[int] = []
    for i in np.lexsort((target, source, -odds, last)):
        u, v = int(source[i]), int(target[i])
        if v in taken or (several and asked.get(u, 0) >= per_company):
            continue
        taken.add(v)
        asked[u] = asked.get(u, 0) + 1
        kept.append(int(i))
        if len(kept) == k:
            break
    return np.asarray(kept, dtype=np.int64)
