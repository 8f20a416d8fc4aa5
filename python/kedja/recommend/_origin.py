"""One day of a back-test: fit on what was known by then, foretell what came, and judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context, stage
from kedja.recommend._events import Events, Lesson, distinct_events, events, lessons, same_cluster
from kedja.recommend._fit import _ACTIVITY, _BENDS, _LEAST, _QUANTILE, _RATIO, _RIDGE
from kedja.recommend._fitted import FEATURES, Fitted, logistic
from kedja.recommend._history import Evidence, History
from kedja.recommend._judging import groups_of_ten, judged
from kedja.recommend._search import best_of_each

if TYPE_CHECKING:
    from kedja._dataset import Dataset

Doubles = npt.NDArray[np.float64]
_ASKED = 1000  # companies whose best partners are looked at, at most

_COLUMNS = (*FEATURES, "common_neighbours")
_BASELINES = {
    "recency": "recent_shared",
    "preferential_attachment": "activity",
    "common_neighbours": "common_neighbours",
    "adamic_adar": "adamic_adar",
}
_MODEL = [i for i in range(len(FEATURES)) if i not in _ACTIVITY]


class Origin(NamedTuple):
    """What one day shows: rows of the table, who gets suggestions, groups of ten, base rate."""

    table: list[dict[str, Any]]
    fairness: Result
    reliability: Result
    base_rate: float


def tested(
    data: Dataset,
    history: History,
    until: int,
    after: tuple[int, int],
    *,
    negatives: tuple[str, ...],
    k: int,
    draws: int,
    seed: int,
    threads: int,
    progress: Progress,
) -> Origin:
    """The back-test of what was known at the end of `until` on the years `after`."""
    known = history.evidence(until)

    def run(first: float, last: float) -> dict[str, Any]:
        return {"threads": threads, "progress": stage(progress, "back-test", first, last)}

    learned, rate = lessons(history, until, negatives="degree_matched", ratio=_RATIO, seed=seed)
    total = distinct_events(learned, len(history.ids))
    if total < _LEAST or rate <= 0:
        raise InvalidArgumentError(
            f"only {total if rate > 0 else 0} pairs that had not met by {until - 1} met in {until}; "
            f"a model needs {_LEAST}"
        )
    train = _Learned.of(learned, rate, history, None, **run(0.0, 0.35))
    scores = _scores(train, threads)
    shuffled = np.random.Generator(np.random.Philox(seed)).permutation(len(history.ids))
    placebo = _fitted(
        _Learned.of(learned, rate, history, shuffled, **run(0.35, 0.7)), _MODEL, threads, _BENDS
    )
    known_shuffled = history.evidence(until, shuffled)
    groups = data.as_of(until).groups("cluster")
    table: list[dict[str, Any]] = []
    precision, fairness = _precision(history, known, scores, groups, after, k, seed, threads)
    reliability: Result | None = None
    draws_of = {
        name: events(history, known, after, negatives=name, ratio=_RATIO, seed=seed + 1)
        for name in negatives
    }
    if any(drawn.met.sum() < 2 for drawn in draws_of.values()):
        raise InvalidArgumentError(
            f"fewer than two pairs that had not met by {until} met in {after[0]} to {after[1]}"
        )
    # Evidence of all draws at once: its cost is per distinct company, and they share many.
    rows_of = _rows(known, *draws_of.values(), **run(0.7, 0.9))
    end = np.cumsum([len(drawn.met) for drawn in draws_of.values()])
    parts_of = np.split(rows_of, end[:-1])
    for (beside, drawn), rows in zip(draws_of.items(), parts_of, strict=True):
        odds = {name: _odds(one, rows) for name, one in scores.items()}
        if beside == "degree_matched":
            odds["placebo"] = _odds(placebo, _rows(known_shuffled, drawn, **run(0.9, 1.0)))
        inter = same_cluster(groups, drawn.source, drawn.target) == 0
        for kind, which in (("all", np.ones(len(inter), dtype=bool)), ("inter_cluster", inter)):
            if drawn.met[which].sum() < 2 or (1 - drawn.met[which]).sum() < 2:
                continue
            for name, values in odds.items():
                row: dict[str, Any] = {"negatives": beside, "pairs": kind, "score": name}
                row.update(judged(drawn, which, values, draws, seed, threads))
                found = precision.get(name, (np.nan, np.nan)) if kind == "all" else (np.nan,) * 2
                row["precision_at_k"], row["cluster_precision_at_k"] = found
                table.append(row)
        if reliability is None:
            reliability = groups_of_ten(drawn, odds["model"])
    assert reliability is not None
    return Origin(table, fairness, reliability, drawn.base_rate)


class _Learned(NamedTuple):
    """What models are fitted on: rows of features, who met, by source, and the real base rate."""

    rows: Doubles
    met: Doubles
    source: npt.NDArray[np.uint32]
    rate: float

    @classmethod
    def of(
        cls,
        learned: list[Lesson],
        rate: float,
        history: History,
        shuffled: Any,
        *,
        threads: int,
        progress: Progress,
    ) -> _Learned:
        parts = len(learned)
        rows = [
            _rows(
                one.evidence(history, shuffled),
                one.drawn,
                threads=threads,
                progress=stage(progress, "back-test", i / parts, (i + 1) / parts),
            )
            for i, one in enumerate(learned)
        ]
        drawn = [one.drawn for one in learned]
        return cls(
            np.concatenate(rows),
            np.concatenate([one.met for one in drawn]),
            np.concatenate([one.source for one in drawn]),
            rate,
        )


def _rows(evidence: Evidence, *drawn: Events, threads: int, progress: Progress) -> Doubles:
    label = f"evidence of {evidence.until}"
    source = np.concatenate([one.source for one in drawn])
    target = np.concatenate([one.target for one in drawn])
    rows = evidence.features(source, target, **context(progress, label, threads))
    shared = np.log1p(evidence.core.num_shared(source, target))
    return np.concatenate([rows, shared[:, None]], axis=1)


def _fitted(
    learned: _Learned, columns: list[int], threads: int, bends: tuple[float, ...] = ()
) -> Fitted:
    """A logistic model on some columns, at the base rate of the year it learned from."""
    x = np.zeros_like(learned.rows)
    x[:, columns] = learned.rows[:, columns]
    found = _core.fit_logistic(
        np.ascontiguousarray(x).ravel(), x.shape[1], learned.met, np.ones(len(x)), learned.source,
        _RIDGE, _QUANTILE, bends, threads=threads, progress=None,
    )  # fmt: skip
    raw = Fitted("probability", found, {})
    return raw.at_base_rate(learned.rate, float(learned.met.mean()))


def _scores(learned: _Learned, threads: int) -> dict[str, Fitted]:
    made = {"model": _fitted(learned, _MODEL, threads, _BENDS)}
    for name, column in _BASELINES.items():
        made[name] = _fitted(learned, [_COLUMNS.index(column)], threads)
    return made


def _odds(fitted: Fitted, rows: Doubles) -> Doubles:
    odds: Doubles = fitted.model.log_odds(np.ascontiguousarray(rows).ravel())
    return odds


def _precision(
    history: History,
    known: Evidence,
    scores: dict[str, Fitted],
    groups: Any,
    after: tuple[int, int],
    k: int,
    seed: int,
    threads: int,
) -> tuple[dict[str, tuple[float, float]], Result]:
    """Precision of the k best per company and per cluster, and where suggestions go."""
    a, b = history.pairs(*after)
    fresh = known.known[a] & known.known[b] & (known.core.linked(a, b) == 0)
    n = np.int64(len(history.ids))
    met = np.unique(a[fresh].astype(np.int64) * n + b[fresh])
    sources = np.unique(np.concatenate([a[fresh], b[fresh]]))
    if len(sources) > _ASKED:
        random = np.random.Generator(np.random.Philox(seed))
        sources = np.sort(random.choice(sources, _ASKED, replace=False))
    eligible = np.ascontiguousarray(history.firm & known.known)
    works = known.works
    central = works >= np.quantile(works[eligible], 0.9)
    countries = int(history.country.max(initial=-1)) + 1  # some only of those not eligible
    of_country = np.bincount(history.country[eligible & (history.country >= 0)], None, countries)
    share = of_country / max(of_country.sum(), 1)
    small = (history.country >= 0) & (np.append(share, 0.0)[history.country] < 0.02)

    vertex, group, _ = groups._core.rows()
    source, target, _, _, flat, _, _ = known.core.best(
        history.groups._core, eligible, _short(scores["model"]), sources, 500, 500, False,
        threads=threads, progress=None,
    )  # fmt: skip
    flat = flat.astype(np.float64)
    hit = np.isin(np.minimum(source, target).astype(np.int64) * n + np.maximum(source, target), met)
    of_cluster = [np.flatnonzero(np.isin(source, vertex[group == g])) for g in range(len(groups))]
    found: dict[str, tuple[float, float]] = {}
    lines: list[tuple[Any, ...]] = []
    for name, fitted in scores.items():
        if name == "common_neighbours":
            continue
        odds = _short(fitted).log_odds(flat)
        by_company = best_of_each(source, target, odds, k)
        per_cluster = []
        for inside in of_cluster:
            if hit[inside].any():
                best = inside[np.lexsort((target[inside], -odds[inside]))][:k]
                per_cluster.append(hit[best].mean())
        cluster = float(np.mean(per_cluster)) if per_cluster else float("nan")
        found[name] = (float(hit[by_company].mean()), cluster)
        if name == "model":
            spread = best_of_each(source, target, odds - np.log1p(works[target]), k)
            for label, kept in (("model", by_company), ("spread", spread)):
                to = target[kept]
                lines.append(
                    (
                        label,
                        hit[kept].mean(),
                        central[to].mean(),
                        history.sme[to].mean(),
                        small[to].mean(),
                    )
                )
    ends = np.concatenate([a[fresh], b[fresh]])
    everyone = np.flatnonzero(eligible)
    for label, to in (("met", ends), ("companies", everyone)):
        lines.append((label, np.nan, central[to].mean(), history.sme[to].mean(), small[to].mean()))
    names = ("order", "precision_at_k", "central", "sme", "small_countries")
    columns = {
        name: np.array(values, dtype=object if name == "order" else np.float64)
        for name, values in zip(names, zip(*lines, strict=True), strict=True)
    }
    return found, Result(
        columns, {"measure": "recommend.backtest.fairness", "parameters": {"k": k}}
    )


def _short(fitted: Fitted) -> Any:
    """The model without the column that only pairs have, and without errors."""
    m, p = fitted.model, len(FEATURES)
    kept = m.column < p
    terms = {name: getattr(m, name)[kept] for name in ("column", "knot", "mean", "scale")}
    return logistic(
        m,
        cap=m.cap[:p],
        coefficients=m.coefficients[np.r_[True, kept]],
        covariance=np.zeros((kept.sum() + 1) ** 2),
        **terms,
    )
