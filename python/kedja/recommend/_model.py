"""The frozen model: scores pairs and finds partners as of one day; never fits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kedja import _core
from kedja._errors import DataError, InvalidArgumentError
from kedja._profile import unknown
from kedja._result import Result, write_whole
from kedja._run import Progress, context
from kedja.recommend._explain import explained
from kedja.recommend._history import Evidence, History
from kedja.recommend._two_hop import pair_columns, whole

if TYPE_CHECKING:
    from kedja._dataset import Dataset

FEATURES: tuple[str, ...] = _core.partner_features
EVENT = "joint grant"
_BAND = 1.6448536269514722  # 90 %
_FORMAT = 1
_EVIDENCE = ("shared partners", "network", "capability and place only")


@dataclass(frozen=True)
class Fitted:
    """Numbers of the logistic model.

    ``kind`` is ``probability`` (fitted on past events) or ``rank`` (nothing to fit on).
    """

    kind: str
    cap: npt.NDArray[np.float64]  # larger values of a feature count as this
    mean: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    coefficients: npt.NDArray[np.float64]  # intercept first, then standardised features
    covariance: npt.NDArray[np.float64]
    notes: dict[str, Any]

    @property
    def parts(self) -> tuple[Any, Any, Any, Any, Any]:
        return self.cap, self.mean, self.scale, self.coefficients, self.covariance

    def at_base_rate(self, rate: float, drawn: float) -> Fitted:
        """The same model for a population where the share `rate` meets, not `drawn`."""
        moved = self.coefficients.copy()
        moved[0] += np.log(rate / (1 - rate)) - np.log(drawn / (1 - drawn))
        return replace(self, coefficients=moved)


@dataclass(frozen=True)
class Estimated:
    """An estimator of the user's own, fitted over the same features.

    ``blind`` are the columns it does not see; ``shift`` moves its log odds to the base rate.
    """

    made: Any
    blind: list[int]
    shift: float

    def log_odds(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        seen = np.array(rows, dtype=np.float64)
        seen[:, self.blind] = 0.0
        if not len(seen):
            return np.empty(0)
        p = np.asarray(self.made.predict_proba(seen), dtype=np.float64)
        if p.shape != (len(seen), 2) or not np.isfinite(p).all():
            raise InvalidArgumentError(
                f"estimator: predict_proba gave shape {p.shape} or a number that is not finite; "
                f"({len(seen)}, 2) probabilities were asked for"
            )
        p = np.clip(p[:, 1], 1e-9, 1 - 1e-9)
        odds: npt.NDArray[np.float64] = np.log(p / (1 - p)) + self.shift
        return odds


def unfitted(why: str) -> Fitted:
    """The odds are the lift of a mixed walk of six steps: a rank, no probability."""
    p = len(FEATURES)
    coefficients = np.zeros(p + 1)
    coefficients[1 + FEATURES.index("mixed_6")] = 1.0
    return Fitted(
        "rank",
        np.full(p, np.inf),
        np.zeros(p),
        np.ones(p),
        coefficients,
        np.zeros((p + 1) ** 2),
        {"why_rank": why},
    )


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
            **self._fitted.notes,
        }

    @property
    def _evidence(self) -> Evidence:
        if self._known is None:
            self._known = self._history.evidence(self._until)
        return self._known

    @property
    def coefficients(self) -> Result:
        """Coefficients of the model, on standardised features and in the feature's own unit.

        Returns
        -------
        Result
            ``feature``, ``coefficient`` (change of the log odds per unit), ``standardised`` (per
            standard deviation), ``error`` (of the latter, robust to events that share a company).
        """
        if self._estimator is not None:
            raise InvalidArgumentError(
                "a model with estimator= has no coefficients of ours; see your estimator's own"
            )
        f, p = self._fitted, len(FEATURES)
        standardised = f.coefficients[1:]
        per_unit = np.divide(standardised, f.scale, out=np.zeros(p), where=f.scale > 0)
        error = np.sqrt(np.maximum(f.covariance.reshape(p + 1, p + 1).diagonal(), 0))
        constant = f.coefficients[0] - float(per_unit @ f.mean)
        return Result(
            {
                "feature": np.array(["(constant)", *FEATURES], dtype=object),
                "coefficient": np.concatenate([[constant], per_unit]),
                "standardised": f.coefficients.copy(),
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
        threads: int = 0,
        progress: Progress = None,
    ) -> Result:
        """The best partners that are not linked yet, each with its evidence and reasons.

        Candidates of a company are the `reach` companies that walks over joint works, fields,
        places and words of names reach best; nothing of size n x n is formed.

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
        threads, progress
            See `CompanyGraph`. Threads change no bit of the result.

        Returns
        -------
        Result
            At most k rows, each target once: ``rank``, ``source``, ``target``, ``score`` with
            ``low`` and ``high`` (see `score`), ``evidence``, counts and features of the pair,
            ``reasons``, ``status`` (``inferred``: one of the two has had no partner yet). Such
            pairs come after all others, whatever their score: it rests on place and words alone.

        Raises
        ------
        InvalidArgumentError
            Unknown company, cluster or country, with the nearest name; both or none given.
        """
        h = self._history
        if (company is None) == (cluster is None):
            raise InvalidArgumentError("give exactly one of company= and cluster=")
        if company is not None and company not in self._number and company in h.groups.names:
            company, cluster = None, company
        sources = self._vertices([company]) if company is not None else self.members(str(cluster))
        eligible = self._eligible(country, sme, exclude)
        if not newcomers and self.kind == "probability":
            eligible &= self._evidence.degree > 0
        eligible[sources] = False
        # Asked apart, so that newcomers take no place from those with partners.
        degree = self._evidence.degree
        parts = [
            self._best(sources, some, k, reach, other_clusters, threads, progress)
            for some in (eligible & (degree > 0), eligible & (degree == 0))
            if some.any()
        ] or [self._best(sources, eligible, k, reach, other_clusters, threads, progress)]
        source, target, odds, error, rows = (
            np.concatenate([part[i] for part in parts]) for i in range(5)
        )
        considered = sum(int(part[5]) for part in parts)
        cold = (degree[source] == 0) | (degree[target] == 0)
        keep = _chosen(source, target, odds, cold, whole("k", k), per_company, len(sources) > 1)
        source, target, odds, error = source[keep], target[keep], odds[keep], error[keep]
        columns = self._columns(source, target, odds, error)
        columns = {"rank": np.arange(1, len(keep) + 1), **columns}
        status = columns.pop("status")
        columns.update(explained(self._evidence, source, target, rows[keep], FEATURES))
        columns["status"] = status
        return Result(
            columns,
            {
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
                },
                "candidates": considered,
                "order": "pairs with partners at both ends first, the rest after them; by score",
                **self.meta,
            },
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
        import io

        if self._estimator is not None:
            raise InvalidArgumentError(
                "a model with estimator= is not saved: store the estimator with its own library"
            )

        f = self._fitted
        head = {
            "format": _FORMAT,
            "features": FEATURES,
            "kind": f.kind,
            "until": self._until,
            "seed": self._seed,
            "notes": f.notes,
        }
        content = io.BytesIO()
        stored: dict[str, Any] = {
            "head": np.array(json.dumps(head)),
            "cap": f.cap,
            "mean": f.mean,
            "scale": f.scale,
            "coefficients": f.coefficients,
            "covariance": f.covariance,
        }
        stored.update({f"told_{name}": values for name, values in self._history.told.items()})
        np.savez_compressed(content, **stored)
        write_whole(Path(path), content.getvalue())
        return Path(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str], data: Dataset | None = None) -> PartnerModel:
        """The model as saved; with `data`, the same model on other (newer) tables.

        Raises
        ------
        DataError
            The file is not a model of this version.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                stored = {name: file[name] for name in file.files}
            head = json.loads(str(stored["head"]))
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{path}: not a partner model ({error})", "E_FORMAT", str(path)
            ) from None
        if head.get("format") != _FORMAT or tuple(head.get("features", ())) != FEATURES:
            raise DataError(
                f"{path}: a model of another version of kedja; fit it again", "E_FORMAT", str(path)
            )
        fitted = Fitted(
            head["kind"],
            stored["cap"],
            stored["mean"],
            stored["scale"],
            stored["coefficients"],
            stored["covariance"],
            head["notes"],
        )
        if data is not None:
            return cls(History.of(data), fitted, None, head["seed"])
        told = {
            name.removeprefix("told_"): values
            for name, values in stored.items()
            if name.startswith("told_")
        }
        return cls(History(told), fitted, head["until"], head["seed"])

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

    def _eligible(
        self, country: str | Iterable[str] | None, sme: bool, exclude: Iterable[str]
    ) -> npt.NDArray[np.bool_]:
        h = self._history
        eligible = h.firm & self._evidence.known
        if (h.name != "").any():
            eligible &= h.name != ""
        if country is not None:
            wanted = [country] if isinstance(country, str) else list(country)
            known = sorted({c for c in h.country_name if c})
            for one in wanted:
                if one not in known:
                    raise InvalidArgumentError(unknown("country", one, known))
            eligible &= np.isin(h.country_name.astype(str), wanted)
        if sme:
            eligible &= h.sme
        exclude = list(exclude)
        if exclude:
            eligible[self._vertices(exclude)] = False
        return np.asarray(eligible, dtype=bool)

    def _best(
        self,
        sources: Any,
        eligible: Any,
        k: int,
        reach: int,
        other_clusters: bool,
        threads: int,
        progress: Progress,
    ) -> tuple[Any, ...]:
        k, reach = whole("k", k), whole("reach", reach)
        own = self._estimator is not None  # ranks the companies that walks reach best
        parts = unfitted("").parts if own else self._fitted.parts
        source, target, odds, error, flat, considered = self._evidence.core.best(
            self._history.groups._core,
            np.ascontiguousarray(eligible),
            *parts,
            np.ascontiguousarray(sources, dtype=np.uint32),
            reach if own else k,
            reach,
            other_clusters,
            **context(progress, "partners", threads),
        )
        rows = flat.reshape(len(source), len(FEATURES))
        if own:
            odds, error = self._odds(rows)
            kept = best_of_each(source, target, odds, k)
            source, target, rows = source[kept], target[kept], rows[kept]
            odds, error = odds[kept], error[kept]
        return source, target, odds, error, rows, considered

    def _odds(self, rows: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Log odds of rows of features and their errors (NaN where nobody states one)."""
        if self._estimator is not None:
            odds = self._estimator.log_odds(rows)
            return odds, np.full(len(odds), np.nan)
        odds, error = _core.log_odds(*self._fitted.parts, np.ascontiguousarray(rows).ravel())
        return odds, error

    def _candidates(
        self, sources: Any, k: int, threads: int, progress: Progress
    ) -> npt.NDArray[np.int64]:
        """The k best partners of each source, as rows of two vertices."""
        eligible = self._eligible(None, False, ())
        found = self._best(sources, eligible, k, 500, True, threads, progress)
        return np.stack([found[0], found[1]], axis=1).astype(np.int64)

    def _columns(self, source: Any, target: Any, odds: Any, error: Any) -> dict[str, Any]:
        ids, degree = self._history.ids, self._evidence.degree
        cold = (degree[source] == 0) | (degree[target] == 0)
        shares = np.array(
            [
                len(self._evidence.core.shared(int(u), int(v))) > 0
                for u, v in zip(source, target, strict=True)
            ],
            dtype=bool,
        )
        names = np.array(_EVIDENCE, dtype=object)
        ranked = self.kind == "rank"
        return {
            "source": ids[source],
            "target": ids[target],
            "score": _logistic(odds),
            "low": np.full(len(odds), np.nan) if ranked else _logistic(odds - _BAND * error),
            "high": np.full(len(odds), np.nan) if ranked else _logistic(odds + _BAND * error),
            "evidence": names[np.where(cold, 2, np.where(shares, 0, 1))],
            "status": np.where(cold, "inferred", "ok").astype(object),
        }


def _logistic(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    made: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-odds))
    return made


def best_of_each(source: Any, target: Any, odds: Any, k: int) -> npt.NDArray[np.int64]:
    """The k best rows of each source, in the order of sources."""
    order = np.lexsort((target, -odds, source))
    begin = np.r_[True, np.diff(source[order].astype(np.int64)) != 0][: len(order)]
    place = np.arange(len(order)) - np.flatnonzero(begin)[np.cumsum(begin) - 1]
    kept: npt.NDArray[np.int64] = order[place < k]
    return kept


def _chosen(
    source: Any, target: Any, odds: Any, cold: Any, k: int, per_company: int, several: bool
) -> npt.NDArray[np.int64]:
    """Rows by falling odds, `cold` ones last.

    Each target once, at most `per_company` for one of several sources.
    """
    taken: set[int] = set()
    asked: dict[int, int] = {}
    kept: list[int] = []
    for i in np.lexsort((target, source, -odds, cold)):
        u, v = int(source[i]), int(target[i])
        if v in taken or (several and asked.get(u, 0) >= per_company):
            continue
        taken.add(v)
        asked[u] = asked.get(u, 0) + 1
        kept.append(int(i))
        if len(kept) == k:
            break
    return np.asarray(kept, dtype=np.int64)
