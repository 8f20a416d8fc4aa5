"""Did such advice hold? Foretelling a later year from what was known before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context, stage
from kedja.recommend._events import (
    NEGATIVES,
    Events,
    Lesson,
    distinct_events,
    events,
    lessons,
    same_cluster,
)
from kedja.recommend._fit import _ACTIVITY, _BENDS, _LEAST, _QUANTILE, _RATIO, _RIDGE
from kedja.recommend._fitted import EVENT, FEATURES, Fitted, logistic
from kedja.recommend._history import Evidence, History
from kedja.recommend._search import best_of_each
from kedja.recommend._two_hop import whole

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


class Backtest(Result):
    """A back-test's table; `fairness`, `reliability` and `plot` beside it."""

    __slots__ = ("_fairness", "_reliability")

    _fairness: Result
    _reliability: Result

    @property
    def fairness(self) -> Result:
        """Who gets the suggestions: the ten best of each company that later met somebody new.

        ``order`` (model, spread: the same with less for the busy), ``precision_at_k``, and the
        shares of suggestions that go to ``central`` companies (the tenth with most joint works),
        ``sme`` (companies marked so) and ``small_countries`` (with less than 2 % of companies); the
        rows ``met`` and ``companies`` give the same shares among those met and among all companies.
        """
        return self._fairness

    @property
    def reliability(self) -> Result:
        """Ten groups by foretold probability: ``foretold``, ``observed`` share, ``pairs``."""
        return self._reliability

    def plot(self, path: Any = None) -> Any:
        """ROC-AUC with its interval per score, and foretold against observed (needs matplotlib).

        Returns the figure; with `path` it is written there too.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise InvalidArgumentError("plot needs matplotlib; pip install 'kedja[plot]'") from None
        figure = Figure(figsize=(10, 4), layout="constrained")
        left, right = figure.subplots(1, 2)
        beside = self["negatives"][0]
        rows = np.flatnonzero((self["negatives"] == beside) & (self["pairs"] == "all"))[::-1]
        value = self["roc_auc"][rows]
        off = np.abs(np.stack([value - self["low"][rows], self["high"][rows] - value]))
        left.errorbar(value, np.arange(len(rows)), xerr=off, fmt="o", color="#1f5673", capsize=3)
        left.axvline(0.5, color="#999999", linewidth=1)
        left.set_yticks(np.arange(len(rows)), [str(s) for s in self["score"][rows]])
        said = {"degree_matched": "equally active", "linked": "linked", "uniform": "any"}[beside]
        left.set_xlabel(f"ROC-AUC, {said} companies (0.5: no better than chance)")
        right.plot(
            self._reliability["foretold"], self._reliability["observed"], "o-", color="#1f5673"
        )
        top = max(self._reliability["foretold"].max(), self._reliability["observed"].max())
        right.plot([0, top], [0, top], color="#999999", linewidth=1)
        right.set_xlabel(f"foretold probability of a {EVENT}")
        right.set_ylabel("observed share")
        if path is not None:
            figure.savefig(path)
        return figure


def backtest(
    data: Dataset,
    *,
    until: int | None = None,
    after: int | tuple[int, int] | None = None,
    negatives: str | Iterable[str] = NEGATIVES,
    k: int = 10,
    draws: int = 100,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Backtest:
    """Fit on what was known in `until`, foretell `after`, and compare with what happened.

    Candidates are pairs of companies known in `until` that had not met. Pairs that met in `after`
    stand beside five times as many that did not, drawn in three ways: ``degree_matched`` (the ends
    of the pairs that met, permuted, so that being active helps nobody: the bar), ``linked`` (any
    companies that had partners) and ``uniform`` (any companies). Nothing after `until` is seen by
    the model, which is fitted on held-out works of the year `until` (see `fit`).

    Parameters
    ----------
    data : Dataset
        With dated participations or links.
    until : int, optional
        Last year that is known; default: the last year but one.
    after : int or (first, last), optional
        Foretold years; default: all years after `until`.
    negatives : one or several of 'degree_matched', 'linked', 'uniform'; default: all
        Fewer take less time.
    k : int, default 10
        Suggestions per company (and per cluster) in the precision.
    draws : int, default 100
        Resamplings of companies behind each interval.
    seed : int, default 0
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Backtest
        One row per ``negatives``, ``pairs`` (all; inter_cluster: both ends are in clusters as known
        in `until` and share none) and ``score``: ``model``, the baselines ``recency``,
        ``preferential_attachment``, ``common_neighbours`` and ``adamic_adar``, and ``placebo`` (the
        model with fields, places and names dealt out anew; beside degree-matched pairs). ``events``; ``roc_auc`` with the 90 %
        band ``low`` to ``high``; ``average_precision`` and ``lift`` (over the share of events
        among the drawn pairs); ``average_precision_real`` at the real base rate; ``brier_skill``
        over always saying the base rate, and the calibration ``slope``, both at the real base rate;
        ``precision_at_k`` per company and ``cluster_precision_at_k`` (the share of the k best that
        met; of up to 1,000 companies with an event, and of clusters with one among theirs).
        ``fairness``, ``reliability`` (of the first of `negatives`) and ``plot()`` hang on the result.

    Raises
    ------
    InvalidArgumentError
        No years (no back-test is possible), `after` not after `until`, too few events to fit on or
        to test.

    References
    ----------
    Lichtenwalter, Lussier and Chawla 2010, https://doi.org/10.1145/1835804.1835837; Owen 2007
    (resampling companies of pairs), https://doi.org/10.1214/07-AOAS122.

    Examples
    --------
    >>> import kedja, numpy as np
    >>> random = np.random.default_rng(0)
    >>> project = random.integers(0, 800, 3000)
    >>> data = kedja.from_tables(
    ...     companies={"id": [str(i) for i in range(300)]},
    ...     participations={"company": random.integers(0, 300, 3000).astype(str),
    ...                     "project": project.astype(str), "year": (2014 + project % 4).astype(str)})
    >>> table = kedja.recommend.backtest(data, until=2016, after=2017, draws=20, progress=False)
    >>> table["score"][:2].tolist()
    ['model', 'recency']
    """
    k = whole("k", k)
    kinds = (negatives,) if isinstance(negatives, str) else tuple(negatives)
    for kind in kinds:
        if kind not in NEGATIVES:
            raise InvalidArgumentError(f"negatives must be of {', '.join(NEGATIVES)}, not {kind!r}")
    if not kinds or len(set(kinds)) < len(kinds):
        raise InvalidArgumentError("negatives must name at least one kind, each once")
    history = History.of(data)
    years = history.years
    if len(years) < 3:
        raise InvalidArgumentError(
            "a back-test needs rows of at least three years (one to know, one to learn, one to "
            f"foretell); the data have {len(years)}: {', '.join(map(str, years)) or 'no row has a year'}"
        )
    until = years[-2] if until is None else int(until)
    first, last = after if isinstance(after, tuple) else (after, after)
    first, last = (
        until + 1 if first is None else int(first),
        years[-1] if last is None else int(last),
    )
    if not until < first <= last:
        raise InvalidArgumentError(f"after={after} does not come after until={until}")
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
    precision, fairness = _precision(
        history, known, scores, groups, (first, last), k, seed, threads
    )
    reliability: Result | None = None
    draws_of = {
        name: events(history, known, (first, last), negatives=name, ratio=_RATIO, seed=seed + 1)
        for name in kinds
    }
    if any(drawn.met.sum() < 2 for drawn in draws_of.values()):
        raise InvalidArgumentError(
            f"fewer than two pairs that had not met by {until} met in {first} to {last}"
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
                row.update(_judged(drawn, which, values, draws, seed, threads))
                found = precision.get(name, (np.nan, np.nan)) if kind == "all" else (np.nan,) * 2
                row["precision_at_k"], row["cluster_precision_at_k"] = found
                table.append(row)
        if reliability is None:
            reliability = _groups_of_ten(drawn, odds["model"])
    assert reliability is not None
    columns = {name: np.array([row[name] for row in table]) for name in table[0]}
    for name in ("negatives", "pairs", "score"):
        columns[name] = columns[name].astype(object)
    made = Backtest(
        columns,
        {
            "measure": "recommend.backtest",
            "parameters": {"until": until, "after": [first, last], "negatives": kinds,
                           "k": k, "draws": draws},
            "seed": seed,
            "event": EVENT,
            "base_rate": drawn.base_rate,
            "learned_from": until,
            "negatives_per_event": _RATIO,
            "data_checksum": data.checksum,
        },
        recompute=lambda: backtest(
            data, until=until, after=(first, last), negatives=kinds, k=k, draws=draws,
            seed=seed, threads=threads, progress=False,
        ),
    )  # fmt: skip
    object.__setattr__(made, "_fairness", fairness)
    object.__setattr__(made, "_reliability", reliability)
    return made


_MODEL = [i for i in range(len(FEATURES)) if i not in _ACTIVITY]


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


def _judged(
    drawn: Events, which: npt.NDArray[np.bool_], odds: Doubles, draws: int, seed: int, threads: int
) -> dict[str, Any]:
    met, odds = drawn.met[which], odds[which]
    source, target = drawn.source[which], drawn.target[which]
    order = np.argsort(-odds, kind="stable")
    tied = np.r_[True, np.diff(odds[order]) != 0]
    auc = _auc(met[order], tied, np.ones(len(met)))
    resampled = []
    for draw in range(draws):
        random = np.random.Generator(np.random.Philox([seed, draw]))
        times = random.poisson(1.0, int(max(source.max(), target.max())) + 1).astype(np.float64)
        resampled.append(_auc(met[order], tied, (times[source] * times[target])[order]))
    known = [value for value in resampled if not np.isnan(value)]
    low, high = np.quantile(known, [0.05, 0.95]) if known else (np.nan, np.nan)
    # At the real base rate every drawn pair stands for many.
    rate = drawn.base_rate
    weight = np.where(met == 1, rate / met.mean(), (1 - rate) / (1 - met.mean()))
    p = 1 / (1 + np.exp(-odds))
    brier, constant = np.average((met - p) ** 2, weights=weight), rate * (1 - rate)
    slope = np.nan
    if np.ptp(odds) > 0:
        scaled = weight * (len(met) / weight.sum())
        line = _core.fit_logistic(
            odds, 1, met, scaled, np.zeros(len(met), dtype=np.uint32), 0.0, 1.0,
            threads=threads, progress=None,
        )  # fmt: skip
        slope = float(line.coefficients[1] / line.scale[0])
    plain = _average_precision(met[order], tied, np.ones(len(met)))
    return {
        "events": int(met.sum()),
        "roc_auc": auc,
        "low": float(low),
        "high": float(high),
        "average_precision": plain,
        "lift": plain / float(met.mean()),
        "average_precision_real": _average_precision(met[order], tied, weight[order]),
        "brier_skill": 1 - float(brier) / constant,
        "slope": slope,
    }


def _auc(met: Doubles, first: npt.NDArray[np.bool_], weight: Doubles) -> float:
    """Area under the ROC curve of rows by falling score; `first` marks the first of equal ones."""
    start = np.flatnonzero(first)
    yes, no = (np.add.reduceat(weight * side, start) for side in (met, 1 - met))
    total = yes.sum() * no.sum()
    if total == 0:
        return float("nan")
    below = no.sum() - np.cumsum(no)
    return float((yes * (below + no / 2)).sum() / total)


def _average_precision(met: Doubles, first: npt.NDArray[np.bool_], weight: Doubles) -> float:
    start = np.flatnonzero(first)
    yes, no = (np.add.reduceat(weight * side, start) for side in (met, 1 - met))
    found = np.cumsum(yes)
    return float((yes * found / (found + np.cumsum(no))).sum() / found[-1])


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


def _groups_of_ten(drawn: Events, odds: Doubles) -> Result:
    rate, met = drawn.base_rate, drawn.met
    weight = np.where(met == 1, rate / met.mean(), (1 - rate) / (1 - met.mean()))
    p = 1 / (1 + np.exp(-odds))
    parts = np.array_split(np.argsort(p, kind="stable"), 10)
    parts = [rows for rows in parts if len(rows)]
    return Result(
        {
            "foretold": np.array([np.average(p[rows], weights=weight[rows]) for rows in parts]),
            "observed": np.array([np.average(met[rows], weights=weight[rows]) for rows in parts]),
            "pairs": np.array([len(rows) for rows in parts]),
        },
        {"measure": "recommend.backtest.reliability", "parameters": {}},
    )
