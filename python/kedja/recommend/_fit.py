"""Fitting on the data's own past."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context, stage
from kedja.recommend._events import NEGATIVES, Lesson, distinct_events, lessons
from kedja.recommend._fitted import EVENT, FEATURES, Estimated, Fitted, unfitted
from kedja.recommend._history import History
from kedja.recommend._model import PartnerModel

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_RATIO = 5  # drawn pairs per event
_RIDGE = 20.0
_QUANTILE = 0.99  # what lies above this share of the learned rows counts as it
# Where the slope of a feature may change, as shares of the learned rows. No bend, the median, terciles,
# quartiles and finer were tried where 2015 was learned from and 2016 foretold; finer added nothing.
_BENDS = (0.25, 0.5, 0.75)
_LEAST = 50  # events without which nothing is fitted
_ACTIVITY = [FEATURES.index(name) for name in ("activity", "activity_contrast")]


def fit(
    data: Dataset,
    *,
    until: int | None = None,
    seed: int = 0,
    negatives: Literal["degree_matched", "linked", "uniform"] = "degree_matched",
    estimator: Any = None,
    threads: int = 0,
    progress: Progress = None,
) -> PartnerModel:
    """A model of who will link with whom, fitted on the data's own past and then frozen.

    Works of the last year are held out, a quarter at a time (dealt out twice), and foretold from
    all else that was known by its end: pairs of companies that had not met and met in them, beside
    five times as many that did not, drawn with the same companies equally often (degree-matched). A
    logistic model with a ridge is fitted on named features, each computed as if the held-out works
    had not happened; it is additive, and the line of a feature may bend at the feature's quartiles
    (`PartnerModel.coefficients` shows every slope). Then its base rate is set to the share of all
    pairs of companies known the year before that met in the last year.

    Parameters
    ----------
    data : Dataset
        With participations or links; years are needed for probabilities.
    until : int, optional
        Nothing after this year is seen, in fitting or in scoring; default: the last year in which
        at least 50 pairs met anew (``meta["later_rows_unseen"]`` counts rows dated after it, such
        as those of a year that has barely begun, or mistyped ones).
    seed : int, default 0
        Of the drawn pairs.
    negatives : {'degree_matched', 'linked', 'uniform'}, default 'degree_matched'
        Which pairs are drawn beside the events: the events' own ends, permuted; any companies that
        had partners; any companies. The first asks who fits whom among equally active companies and
        leaves activity out of the model; the others also foretell who will be active at all.
    estimator : object with fit(x, y) and predict_proba(x), optional
        Of scikit-learn or alike, over the same features and pairs, instead of the logistic model.
        A deep copy is fitted. Its log odds are moved to the base rate and no band is given; how
        well calibrated and how repeatable it is, is its own affair. It ranks the `reach` companies
        that walks reach best, and such a model is not saved.
    threads, progress
        See `CompanyGraph`. Threads and the order of rows change no bit of the model.

    Returns
    -------
    PartnerModel
        ``score(pairs)``, ``partners(company, k)``, ``coefficients``, ``save(path)``,
        ``load(path)``. Where nothing is dated, or no year has 50 pairs that met, ``kind`` is ``rank``:
        no probability is given, and ``meta["why_rank"]`` says why.

    Raises
    ------
    InvalidArgumentError
        `until` is not a year with data before it; an estimator without the two methods.

    Notes
    -----
    The event is a new joint work (for grants: a joint grant), not a business link.
    O(events * (4 features) ^ 2 + distinct companies among the events * size of the tables).

    References
    ----------
    Liben-Nowell and Kleinberg 2007, https://doi.org/10.1002/asi.20591; Lichtenwalter, Lussier and
    Chawla 2010, https://doi.org/10.1145/1835804.1835837; Hastie and Tibshirani 1986 (additive
    models), https://doi.org/10.1214/ss/1177013604; King and Zeng 2001 (base rates),
    https://doi.org/10.1093/oxfordjournals.pan.a004868.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b", "c"], "country": ["SE", "SE", "NO"]},
    ...     links={"source": ["a"], "target": ["b"], "kind": ["collaboration"]})
    >>> model = kedja.recommend.fit(data)
    >>> model.kind, model.score({"source": ["a"], "target": ["c"]}).columns[:3]
    ('rank', ('source', 'target', 'score'))
    """
    if negatives not in NEGATIVES:
        raise InvalidArgumentError(
            f"negatives must be one of {', '.join(NEGATIVES)}, not {negatives!r}"
        )
    for method in ("fit", "predict_proba"):
        if estimator is not None and not callable(getattr(estimator, method, None)):
            raise InvalidArgumentError(
                f"estimator must have fit(x, y) and predict_proba(x); {type(estimator).__name__} "
                f"has no {method}"
            )
    return fitted_on(History.of(data), until, seed, negatives, estimator, threads, progress)


def fitted_on(
    history: History,
    until: int | None,
    seed: int,
    negatives: str,
    estimator: Any,
    threads: int,
    progress: Progress,
) -> PartnerModel:
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise InvalidArgumentError(f"seed must be a whole number >= 0, not {seed!r}")
    years = history.years
    if until is not None:
        until = int(until)
        if not years:
            raise InvalidArgumentError("until= needs dated rows, and no row has a year")
        if until < years[0]:
            raise InvalidArgumentError(
                f"until={until}: the first year with data is {years[0]}, so nothing was known then"
            )
    if not years:
        why = "no row has a year, so there is no past to fit on and no back-test"
        return PartnerModel(history, unfitted(why), None, seed)
    # A last year that has barely begun, or a mistyped one, teaches nothing: then the one before.
    days = [until] if until is not None else years[::-1]
    why = ""
    for last in days:
        learned: list[Lesson] = []
        rate = 0.0
        if years[0] < last:
            learned, rate = lessons(history, last, negatives=negatives, ratio=_RATIO, seed=seed)
        total = distinct_events(learned, len(history.ids)) if rate > 0 else 0
        if total >= _LEAST:
            break
        known = f"known by {last - 1} " if rate <= 0 else ""
        why = why or f"only {total} pairs {known}that had not met before met in {last}"
    else:
        return PartnerModel(history, unfitted(why), until, seed)
    unseen = int((history.year > last).sum()) if until is None else 0
    if unseen:
        until = last
    label = f"evidence of {last}"
    x = np.concatenate(
        [
            one.evidence(history).features(
                one.drawn.source,
                one.drawn.target,
                **context(
                    stage(progress, label, 0.9 * i / len(learned), 0.9 * (i + 1) / len(learned)),
                    label,
                    threads,
                ),
            )
            for i, one in enumerate(learned)
        ]
    )
    blind = _ACTIVITY if negatives == "degree_matched" else []
    if blind:
        x[:, blind] = 0.0  # a constant column has no coefficient
    y = np.concatenate([lesson.drawn.met for lesson in learned])
    drawn_rate = float(y.mean())
    notes: dict[str, Any] = {
        "event_text": f"first {EVENT} within a year",
        "base_rate": rate,
        "base_rate_of": f"pairs of companies known by {last - 1} that met in {last}",
        "events": total,
        "learned_from": [last],
        "held_out": "works of the year, a quarter at a time, dealt out twice",
        "negatives": negatives,
        "negatives_per_event": _RATIO,
    }
    if unseen:
        notes["later_rows_unseen"] = unseen
    if estimator is not None:
        fitted = copy.deepcopy(estimator)
        fitted.fit(x, y)
        shift = float(np.log(rate / (1 - rate)) - np.log(drawn_rate / (1 - drawn_rate)))
        own = replace(
            unfitted(""), kind="probability", notes={**notes, "estimator": repr(estimator)}
        )
        return PartnerModel(history, own, until, seed, Estimated(fitted, blind, shift))
    group = np.concatenate([lesson.drawn.source for lesson in learned])
    made = _core.fit_logistic(
        np.ascontiguousarray(x).ravel(),
        len(FEATURES),
        y,
        np.ones(len(y)),
        group.astype(np.uint32),
        _RIDGE,
        _QUANTILE,
        _BENDS,
        **context(stage(progress, "fitting", 0.9, 1.0), "fitting", threads),
    )
    notes |= {
        "ridge": _RIDGE,
        "capped_at_quantile": _QUANTILE,
        "bends_at_quantiles": list(_BENDS),
        "iterations": made.iterations,
        "converged": made.converged,
    }
    raw = Fitted("probability", made, notes)
    return PartnerModel(history, raw.at_base_rate(rate, drawn_rate), until, seed)


def partners(
    data: Dataset,
    *,
    company: str | None = None,
    cluster: str | None = None,
    k: int = 10,
    pairs: Any = None,
    companies: Literal["all"] | Iterable[str] | None = None,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
    **filters: Any,
) -> Result:
    """Ranked partners in other clusters and countries, each with its evidence: `fit`, then ask.

    Parameters
    ----------
    data : Dataset
    company, cluster : str
        Partners for a company, or for the members of a cluster. An unknown one is refused with the
        nearest name.
    k : int >= 1, default 10
    pairs : table with columns source and target, optional
        Score these instead, in this order.
    companies : 'all' or several ids, optional
        The k best partners of each of them, with all features, in one pass.
    seed, threads, progress
        See `fit`.
    **filters
        ``country``, ``sme``, ``exclude``, ``other_clusters``, ``newcomers``, ``reach``, and with
        a company or cluster ``per_company`` and ``spread``: see `PartnerModel.partners`.

    Returns
    -------
    Result
        See `PartnerModel.partners`, `PartnerModel.candidates` (for companies=) and
        `PartnerModel.score` (for pairs=). ``meta["kind"]`` says whether
        ``score`` is a probability (and ``meta["base_rate"]`` of what) or a rank.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc"), "name": ["A", "B", "C"]},
    ...     memberships={"company": ["a", "c"], "cluster": ["x", "y"]},
    ...     links={"source": ["a", "b"], "target": ["b", "c"], "kind": ["collaboration"] * 2})
    >>> kedja.recommend.partners(data, cluster="x")["target"].tolist()
    ['c']
    """
    asked = sum(one is not None for one in (company, cluster, pairs, companies))
    if asked != 1:
        raise InvalidArgumentError("give exactly one of company=, cluster=, companies= and pairs=")
    if isinstance(companies, str) and companies != "all":
        raise InvalidArgumentError(
            f"companies= must be 'all' or several ids, not {companies!r}; for one use company="
        )
    if pairs is not None and filters:
        raise InvalidArgumentError(f"{next(iter(filters))}= does not apply to pairs=")
    learning = stage(progress, "fitting", 0.0, 0.6)
    progress = stage(progress, "partners", 0.6, 1.0)
    model = fit(data, seed=seed, threads=threads, progress=learning)
    if pairs is not None:
        return model.score(pairs, threads=threads, progress=progress)
    if companies is not None:
        few = None if isinstance(companies, str) and companies == "all" else companies
        return model.candidates(few, k, threads=threads, progress=progress, **filters)
    return model.partners(
        company, k, cluster=cluster, threads=threads, progress=progress, **filters
    )
