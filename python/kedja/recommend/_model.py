"""The frozen model: scores pairs and finds partners as of one day; never fits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kedja._errors import InvalidArgumentError
from kedja._measure import whole
from kedja._profile import unknown
from kedja._result import Result
from kedja._run import Progress, context
from kedja.recommend import _stored
from kedja.recommend._explain import explained
from kedja.recommend._fitted import EVENT, FEATURES, Estimated, Fitted
from kedja.recommend._history import Evidence, History
from kedja.recommend._search import (
    Filter,
    Found,
    best,
    best_of_each,
    chosen,
    cold,
    eligible,
    found_by,
)
from kedja.recommend._two_hop import pair_columns

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_BAND = 1.6448536269514722  # 90 %
_EVIDENCE = ("shared partners", "network", "capability and place only")


class PartnerModel:
    """What `kedja.recommend.fit` gives: scores pairs and finds partners; never fits.

    Attributes
    ----------
    kind : str
        ``probability``: scores are calibrated probabilities of a new joint work within a year, at
        the base rate of ``meta["base_rate"]``. ``rank``: the data have no dated past to fit on;
        scores order pairs and say no more.
    meta : dict
        Event, base rate, years, how many events the fit rests on, seed.
    """

    def __init__(
        self,
        history: History,
        fitted: Fitted,
        until: int | None,
        seed: int,
        estimator: Estimated | None = None,
    ) -> None:
        self._history, self._fitted, self._until, self._seed = history, fitted, until, seed
        self._estimator = estimator
        self._known: Evidence | None = None
        self._number = {company: v for v, company in enumerate(history.ids.tolist())}

    def __repr__(self) -> str:
        day = "" if self._until is None else f", as of {self._until}"
        return f"<PartnerModel: {self.kind}{day}, {len(self._history.ids)} companies>"

    @property
    def kind(self) -> str:
        return self._fitted.kind

    @property
    def meta(self) -> dict[str, Any]:
        event = EVENT if self.kind == "probability" else None
        return {
            "kind": self.kind,
            "event": event,
            "until": self._until,
            "seed": self._seed,
            "data_checksum": self._history.checksum,
            **self._fitted.notes,
        }

    @property
    def _evidence(self) -> Evidence:
        if self._known is None:
            self._known = self._history.evidence(self._until)
        return self._known

    @property
    def coefficients(self) -> Result:
        """Coefficients of the model, on standardised terms and in the feature's own unit.

        Returns
        -------
        Result
            One row per term. ``feature``; ``above``: the term counts only what the feature exceeds
            this by (NaN: all of it), so that a slope is the sum of the coefficients of the terms
            below the value; ``coefficient`` (change of the log odds per unit), ``standardised``
            (per standard deviation of the term), ``error`` (of the latter, robust to events that
            share a company).
        """
        if self._estimator is not None:
            raise InvalidArgumentError(
                "a model with estimator= has no coefficients of ours; see your estimator's own"
            )
        m = self._fitted.model
        all_of = m.coefficients
        standardised, terms = all_of[1:], len(m.mean)
        per_unit = np.divide(standardised, m.scale, out=np.zeros(terms), where=m.scale > 0)
        error = np.sqrt(np.maximum(m.covariance.reshape(terms + 1, terms + 1).diagonal(), 0))
        constant = all_of[0] - float(per_unit @ m.mean)
        return Result(
            {
                "feature": np.array(["(constant)", *(FEATURES[c] for c in m.column)], dtype=object),
                "above": np.concatenate([[np.nan], np.where(np.isinf(m.knot), np.nan, m.knot)]),
                "coefficient": np.concatenate([[constant], per_unit]),
                "standardised": all_of,
                "error": error,
            },
            {"measure": "recommend.fit", "parameters": {"seed": self._seed}, **self.meta},
            recompute=lambda: self.coefficients,
        )

    def score(self, pairs: Any, *, threads: int = 0, progress: Progress = None) -> Result:
        """Scores of given pairs, in this order.

        Parameters
        ----------
        pairs : table with columns source and target, or sequence of two columns
            Ids of companies; linked already or not, the score is that of a new joint work.
        threads, progress
            See `CompanyGraph`. Threads change no bit of the result.

        Returns
        -------
        Result
            ``source``, ``target``, ``score`` in (0, 1), ``low`` and ``high`` (90 % band of the
            model's error; NaN for a rank), ``evidence`` (shared partners, network, capability and
            place only), ``status``. A company with itself: NaN, undefined.

        Raises
        ------
        InvalidArgumentError
            An id that is not in the data, with the nearest one.
        """
        source, target = (self._vertices(column) for column in pair_columns(pairs))
        if len(source) != len(target):
            raise InvalidArgumentError("pairs: source and target differ in length")
        rows = self._evidence.features(source, target, **context(progress, "scores", threads))
        odds, error = self._odds(rows)
        columns = self._columns(source, target, odds, error)
        alone = source == target
        for name in ("score", "low", "high"):
            columns[name] = np.where(alone, np.nan, columns[name])
        columns["status"] = np.where(alone, "undefined", columns["status"])
        return Result(
            columns,
            {"measure": "recommend.partners", "parameters": {"pairs": len(source)}, **self.meta},
            recompute=lambda: self.score(pairs, threads=threads, progress=False),
        )

    def partners(
        self,
        company: str | None = None,
        k: int = 10,
        *,
        cluster: str | None = None,
        country: str | Iterable[str] | None = None,
        sme: bool = False,
        exclude: Iterable[str] = (),
        other_clusters: bool = True,
        newcomers: bool = False,
        per_company: int = 2,
        reach: int = 500,
        spread: float = 0.0,
        threads: int = 0,
        progress: Progress = None,
    ) -> Result:
        """The best partners that are not linked yet, each with its evidence and reasons.

        Candidates of a company are the `reach` companies that walks over joint works, fields,
        places and words of names reach best. Among them up to a tenth each are those that best
        answer what its clusters ask for (or ask for what it can do), those of industries that trade
        most with its own (by the data's input-output table, else the one that comes with kedja),
        and those that are nearest within 150 km, however far off they are in the network. Nothing
        of size n x n is formed.

        Parameters
        ----------
        company : str, optional
            A company; a name that is a cluster and no company is taken as the cluster.
        k : int >= 1, default 10
        cluster : str, optional
            Partners for the members of a cluster instead.
        country : str or several, optional
            Suggest companies of these countries only.
        sme : bool, default False
            Suggest only companies marked as small or medium-sized.
        exclude : ids
            Never suggest these.
        other_clusters : bool, default True
            Leave out companies that share a cluster with the source.
        newcomers : bool, default False
            Suggest also companies that have had no partner yet, where the model is fitted on
            partners; what is said of them rests on capability and place only.
        per_company : int, default 2
            With `cluster`: at most so many suggestions for one member.
        reach : int, default 500
            Candidates per source whose evidence is computed.
        spread : float >= 0, default 0
            Gives the less busy a turn: suggestions are ordered by score less `spread` times
            log(1 + joint works of the suggested company). What that costs is said in ``meta``:
            ``hits_expected`` of the list given and ``hits_expected_without_spread`` (sums of
            scores, where they are probabilities); see also the row ``spread`` of
            `Backtest.fairness`, which measures it (there with spread 1).
        threads, progress
            See `CompanyGraph`. Threads change no bit of the result.

        Returns
        -------
        Result
            At most k rows, each target once: ``rank``, ``source``, ``target``, ``score`` with
            ``low`` and ``high`` (see `score`), ``evidence``, ``found_by`` (network, need, supply,
            place), counts and features of the pair (with
            ``asked_by``: members of the cluster that ask for what the target can do;
            ``cluster_ties``, ``cluster_ties_expected`` and ``cluster_ties_z`` = (observed -
            expected) / sqrt(expected); ``shared_clusters``; ``trend``: works that the target began
            in the last year less its mean over up to two years before; ``past_value``: what the target got in its works, in the
            data's currency; ``broker`` in [0, 1): how evenly the target's partners spread over
            clusters), ``reasons``, ``status`` (``inferred``: one of the two has had no partner yet). Such
            pairs come after all others, whatever their score: it rests on place and words alone.

        Raises
        ------
        InvalidArgumentError
            Unknown company, cluster or country, with the nearest name; both or none given.
        """
        h = self._history
        if (company is None) == (cluster is None):
            raise InvalidArgumentError("give exactly one of company= and cluster=")
        if not spread >= 0:
            raise InvalidArgumentError(f"spread must be a number >= 0, not {spread!r}")
        k = whole("k", k)
        if company is not None and company not in self._number and company in h.groups.names:
            company, cluster = None, company
        sources = self._vertices([company]) if company is not None else self.members(str(cluster))
        asked = Filter(country, sme, exclude, other_clusters, newcomers, reach)
        may = eligible(self, asked)
        may[sources] = False
        found = best(self, sources, may, k if spread == 0 else reach, asked, threads, progress)
        last = cold(self, found.source, found.target)
        several = len(sources) > 1

        def pick(odds: Any) -> Found:
            kept = chosen(found.source, found.target, odds, last, k, per_company, several)
            return found.take(kept)

        picked = pick(found.odds - spread * np.log1p(self._evidence.works[found.target]))
        columns: dict[str, Any] = {"rank": np.arange(1, len(picked.source) + 1)}
        columns.update(self._columns(picked.source, picked.target, picked.odds, picked.error))
        status = columns.pop("status")
        columns["found_by"] = found_by(picked.ways)
        columns.update(
            explained(self._evidence, picked.source, picked.target, picked.rows, FEATURES)
        )
        columns["status"] = status
        meta: dict[str, Any] = {
            "measure": "recommend.partners",
            "parameters": {
                "company": company,
                "cluster": cluster,
                "k": k,
                "country": country,
                "sme": sme,
                "other_clusters": other_clusters,
                "newcomers": newcomers,
                "reach": reach,
                "spread": spread,
            },
            "candidates": found.considered,
            "order": "pairs with partners at both ends first, the rest after them; by score"
            + (", less for the busy" if spread > 0 else ""),
            **self.meta,
        }
        if self.kind == "probability":
            meta["hits_expected"] = float(_logistic(picked.odds).sum())
            if spread > 0:
                plain = pick(found.odds)
                meta["hits_expected_without_spread"] = float(_logistic(plain.odds).sum())
        return Result(
            columns,
            meta,
            recompute=lambda: self.partners(
                company,
                k,
                cluster=cluster,
                country=country,
                sme=sme,
                exclude=exclude,
                other_clusters=other_clusters,
                newcomers=newcomers,
                per_company=per_company,
                reach=reach,
                spread=spread,
                threads=threads,
                progress=False,
            ),
        )

    def candidates(
        self,
        companies: Iterable[str] | None = None,
        k: int = 10,
        *,
        country: str | Iterable[str] | None = None,
        sme: bool = False,
        exclude: Iterable[str] = (),
        other_clusters: bool = True,
        newcomers: bool = False,
        reach: int = 500,
        threads: int = 0,
        progress: Progress = None,
    ) -> Result:
        """The k best partners of every company, with all features, in one pass.

        Parameters
        ----------
        companies : several ids, optional
            Default: all companies (of the kinds that may be suggested) in the order of their ids.
        k : int >= 1, default 10
            Per company; with ``k=reach`` all candidates come back.
        country, sme, exclude, other_clusters, newcomers, reach, threads, progress
            See `partners`.

        Returns
        -------
        Result
            By company as given, then by rank: ``source``, ``rank``, ``target``, ``score``,
            ``low``, ``high`` (see `score`), ``evidence``, ``found_by``, every feature of
            `kedja.recommend.fit` (formulas in the guide), ``status``. A target may stand under
            several companies. Reasons in words: `partners`.

        Raises
        ------
        InvalidArgumentError
            An unknown company or country, with the nearest name; k or reach below 1.

        Notes
        -----
        O(companies * size of the tables) time, about 200 bytes per row of the answer; nothing of
        size n x n. The same bits for any number of threads.
        """
        k = whole("k", k)
        if companies is None:
            sources = np.flatnonzero(self._history.firm & self._evidence.known).astype(np.uint32)
        else:
            companies = list(companies)
            sources = self._vertices(companies)
            if len(np.unique(sources)) < len(sources):
                raise InvalidArgumentError("companies= names a company twice")
        asked = Filter(country, sme, tuple(exclude), other_clusters, newcomers, reach)
        found = best(self, sources, eligible(self, asked), k, asked, threads, progress)
        if found.merged:
            last = cold(self, found.source, found.target)
            place = np.empty(len(self._history.ids), dtype=np.int64)
            place[sources] = np.arange(len(sources))
            kept = best_of_each(place[found.source], found.target, found.odds, k, last)
            found = found.take(kept)
        rank = np.ones(len(found.source), dtype=np.int32)
        begin = np.flatnonzero(found.source[1:] != found.source[:-1]) + 1
        rank[begin] -= np.diff(begin, prepend=0).astype(np.int32)  # starts anew at each source
        np.cumsum(rank, out=rank)
        columns = self._columns(found.source, found.target, found.odds, found.error)
        status, rows, considered = columns.pop("status"), found.rows, found.considered
        columns["found_by"] = found_by(found.ways)
        del found
        columns = {"source": columns.pop("source"), "rank": rank, **columns}
        columns.update({name: rows[:, i] for i, name in enumerate(FEATURES)})
        columns["status"] = status
        return Result(
            columns,
            {
                "measure": "recommend.candidates",
                "parameters": {
                    "k": k,
                    "country": country,
                    "sme": sme,
                    "other_clusters": other_clusters,
                    "newcomers": newcomers,
                    "reach": reach,
                },
                "companies": len(sources),
                "candidates": considered,
                **self.meta,
            },
            recompute=lambda: self.candidates(
                companies,
                k,
                country=country,
                sme=sme,
                exclude=asked.exclude,
                other_clusters=other_clusters,
                newcomers=newcomers,
                reach=reach,
                threads=threads,
                progress=False,
            ),
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model and what it knows of the companies to one ``.npz`` file, without pickle.

        Raises
        ------
        InvalidArgumentError
            The model rests on an estimator of your own, which only its library can store.
        """
        if self._estimator is not None:
            raise InvalidArgumentError(
                "a model with estimator= is not saved: store the estimator with its own library"
            )
        return _stored.write(path, self._fitted, self._until, self._seed, self._history.told)

    @classmethod
    def load(cls, path: str | os.PathLike[str], data: Dataset | None = None) -> PartnerModel:
        """The model as saved; with `data`, the same model on other (newer) tables.

        Raises
        ------
        DataError
            The file is not a model of this version.
        """
        fitted, until, seed, told = _stored.read(path)
        if data is not None:
            return cls(History.of(data), fitted, None, seed)
        return cls(History(told), fitted, until, seed)

    def members(self, cluster: str) -> npt.NDArray[np.uint32]:
        """Vertices of a cluster's members."""
        groups = self._history.groups
        if cluster not in groups.names:
            raise InvalidArgumentError(unknown("cluster", cluster, groups.names))
        vertex, group, _ = groups._core.rows()
        found: npt.NDArray[np.uint32] = np.sort(vertex[group == groups.names.index(cluster)])
        return found

    def _vertices(self, column: Any) -> npt.NDArray[np.uint32]:
        made = []
        for row, company in enumerate(column):
            vertex = self._number.get(company)
            if vertex is None:
                vertex = self._number.get(str(company))
            if vertex is None:
                said = unknown("company", company, self._history.ids.tolist())
                raise InvalidArgumentError(said if len(column) == 1 else f"pair {row}: {said}")
            made.append(vertex)
        return np.asarray(made, dtype=np.uint32)

    def _odds(self, rows: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Log odds of rows of features and their errors (NaN where nobody states one)."""
        if self._estimator is not None:
            odds = self._estimator.log_odds(rows)
            return odds, np.full(len(odds), np.nan)
        flat, model = np.ascontiguousarray(rows, dtype=np.float64).ravel(), self._fitted.model
        return model.log_odds(flat), model.errors(flat)

    def _columns(self, source: Any, target: Any, odds: Any, error: Any) -> dict[str, Any]:
        ids = self._history.ids
        apart = cold(self, source, target)  # what follows is kept small: there may be millions
        kind = (self._evidence.core.num_shared(source, target) == 0).astype(np.int8)
        kind[apart] = 2
        low = high = np.full(len(odds), np.nan)
        if self.kind == "probability":
            low, high = (_logistic(odds + side * _BAND * error) for side in (-1, 1))
        return {
            "source": ids[source],
            "target": ids[target],
            "score": _logistic(odds),
            "low": low,
            "high": high,
            "evidence": np.array(_EVIDENCE, dtype=object)[kind],
            "status": np.array(["ok", "inferred"], dtype=object)[apart.astype(np.int8)],
        }


def _logistic(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    made: npt.NDArray[np.float64] = np.negative(odds)
    np.exp(made, out=made)  # in place: there may be millions
    made += 1
    return np.reciprocal(made, out=made)
