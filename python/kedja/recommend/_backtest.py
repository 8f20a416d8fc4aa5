"""Did such advice hold? Foretelling a later year from what was known before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._measure import whole
from kedja._result import Result
from kedja._run import Progress, stage
from kedja.recommend._events import NEGATIVES
from kedja.recommend._fit import _RATIO
from kedja.recommend._fitted import EVENT
from kedja.recommend._history import History
from kedja.recommend._origin import Origin, tested

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_COLORS = ("#1f5673", "#c8553d", "#5b8e7d", "#8d6a9f")


class Backtest(Result):
    """A back-test's table; `fairness`, `reliability` and `plot` beside it."""

    __slots__ = ("_fairness", "_reliability")

    _fairness: Result
    _reliability: Result

    @property
    def fairness(self) -> Result:
        """Who gets the suggestions: the ten best of each company that later met somebody new.

        ``until``, ``order`` (model, spread: the same with less for the busy), ``precision_at_k``, and the
        shares of suggestions that go to ``central`` companies (the tenth with most joint works),
        ``sme`` (companies marked so) and ``small_countries`` (with less than 2 % of companies); the
        rows ``met`` and ``companies`` give the same shares among those met and among all companies.
        """
        return self._fairness

    @property
    def reliability(self) -> Result:
        """Ten groups by foretold probability: ``until``, ``foretold``, ``observed`` share, ``pairs``."""
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
        shown = (self["negatives"] == beside) & (self["pairs"] == "all")
        names = list(dict.fromkeys(self["score"][shown].tolist()))[::-1]
        years = list(dict.fromkeys(self["until"].tolist()))
        top = 0.0
        for i, year in enumerate(years):
            rows = np.flatnonzero(shown & (self["until"] == year))
            place = [names.index(s) + 0.2 * (i - (len(years) - 1) / 2) for s in self["score"][rows]]
            value = self["roc_auc"][rows]
            off = np.abs(np.stack([value - self["low"][rows], self["high"][rows] - value]))
            told = self._reliability["until"] == year
            foretold = self._reliability["foretold"][told]
            observed = self._reliability["observed"][told]
            color = _COLORS[i % len(_COLORS)]
            style = {"color": color, "label": f"known until {year}"}
            left.errorbar(value, place, xerr=off, fmt="o", capsize=3, **style)
            right.plot(foretold, observed, "o-", **style)
            top = max(top, foretold.max(), observed.max())
        left.axvline(0.5, color="#999999", linewidth=1)
        left.set_yticks(np.arange(len(names)), names)
        said = {"degree_matched": "equally active", "linked": "linked", "uniform": "any"}[beside]
        left.set_xlabel(f"ROC-AUC, {said} companies (0.5: no better than chance)")
        right.plot([0, top], [0, top], color="#999999", linewidth=1)
        right.set_xlabel(f"foretold probability of a {EVENT}")
        right.set_ylabel("observed share")
        right.legend(frameon=False)
        if path is not None:
            figure.savefig(path)
        return figure


def backtest(
    data: Dataset,
    *,
    until: int | Iterable[int] | None = None,
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
    until : int or several, optional
        Last year that is known; default: the last year but one. With several (a rolling origin)
        each is tested on its own: a model of its day foretells the next year that has data.
    after : int or (first, last), optional
        Foretold years; default: all years after `until`. Not with several `until`.
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
        One row per ``until``, ``negatives``, ``pairs`` (all; inter_cluster: both ends are in clusters as known
        in `until` and share none) and ``score``: ``model``, the baselines ``recency``,
        ``preferential_attachment``, ``common_neighbours`` and ``adamic_adar``, and ``placebo`` (the
        model with fields, places and names dealt out anew; beside degree-matched pairs). ``after``:
        the foretold year or years; ``events``; ``roc_auc`` with the 90 % band ``low`` to ``high``; ``average_precision`` and ``lift`` (over the share of events
        among the drawn pairs); ``average_precision_real`` at the real base rate; ``brier_skill``
        over always saying the base rate, and the calibration ``slope``, both at the real base rate;
        ``precision_at_k`` per company and ``cluster_precision_at_k`` (the share of the k best that
        met; of up to 1,000 companies with an event, and of clusters with one among theirs).
        ``fairness``, ``reliability`` (of the first of `negatives`) and ``plot()`` hang on the result.

    Raises
    ------
    InvalidArgumentError
        No years (no back-test is possible), `after` not after `until` or given with several of
        them, too few events to fit on or to test.

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
    periods = _periods(history.years, until, after)
    found: list[Origin] = []
    for i, (day, foretold) in enumerate(periods):
        part = stage(progress, "back-test", i / len(periods), (i + 1) / len(periods))
        found.append(
            tested(
                data, history, day, foretold, negatives=kinds, k=k, draws=draws, seed=seed,
                threads=threads, progress=part,
            )
        )  # fmt: skip
    table: dict[str, list[Any]] = {}
    for (day, (first, last)), one in zip(periods, found, strict=True):
        said = str(first) if first == last else f"{first}-{last}"
        for row in one.table:
            for name, value in ({"until": day, "after": said} | row).items():
                table.setdefault(name, []).append(value)
    columns = {
        name: np.array(values, dtype=object if isinstance(values[0], str) else None)
        for name, values in table.items()
    }
    days = [day for day, _ in periods]
    made = Backtest(
        columns,
        {
            "measure": "recommend.backtest",
            "parameters": {"until": _sole(days),
                           "after": _sole([list(foretold) for _, foretold in periods]),
                           "negatives": kinds, "k": k, "draws": draws},
            "seed": seed,
            "event": EVENT,
            "base_rate": _sole([one.base_rate for one in found]),
            "learned_from": _sole(days),
            "negatives_per_event": _RATIO,
            "data_checksum": data.checksum,
        },
        recompute=lambda: backtest(
            data, until=until, after=after, negatives=kinds, k=k, draws=draws,
            seed=seed, threads=threads, progress=False,
        ),
    )  # fmt: skip
    object.__setattr__(made, "_fairness", _stacked([one.fairness for one in found], days))
    object.__setattr__(made, "_reliability", _stacked([one.reliability for one in found], days))
    return made


def _sole(by_day: list[Any]) -> Any:
    """What one day has by itself; of several days all."""
    return by_day if len(by_day) > 1 else by_day[0]


def _periods(
    years: list[int], until: int | Iterable[int] | None, after: int | tuple[int, int] | None
) -> list[tuple[int, tuple[int, int]]]:
    """Days that are known, and the first and last year that each foretells."""
    if len(years) < 3:
        raise InvalidArgumentError(
            "a back-test needs rows of at least three years (one to know, one to learn, one to "
            f"foretell); the data have {len(years)}: {', '.join(map(str, years)) or 'no row has a year'}"
        )
    if isinstance(until, Iterable):
        days = [int(day) for day in until]
        if not days or sorted(set(days)) != days:
            raise InvalidArgumentError(f"until={until!r}: name years once each, in rising order")
        if after is not None:
            raise InvalidArgumentError(
                "after= does not go with several until=: each foretells the next year with data"
            )
        for day in days:
            if not day < years[-1]:
                raise InvalidArgumentError(f"until={day}: no year with data comes after it")
        following = [min(year for year in years if year > day) for day in days]
        return [(day, (year, year)) for day, year in zip(days, following, strict=True)]
    day = years[-2] if until is None else int(until)
    first, last = after if isinstance(after, tuple) else (after, after)
    first = day + 1 if first is None else int(first)
    last = years[-1] if last is None else int(last)
    if not day < first <= last:
        raise InvalidArgumentError(f"after={after} does not come after until={day}")
    return [(day, (first, last))]


def _stacked(parts: list[Result], days: list[int]) -> Result:
    """One table of all days, the day in front."""
    columns = {
        "until": np.repeat(days, [len(part) for part in parts]),
        **{name: np.concatenate([part[name] for part in parts]) for name in parts[0].columns},
    }
    return Result(columns, dict(parts[0].meta))
