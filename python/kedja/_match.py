"""A member list against known organisations: by name, country and place, every match scored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kedja._countries import iso
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja.recommend._names import fold, words_of

_CANDIDATES = 200  # looked at per company


@dataclass
class _List:
    """One side: ids, names and what places them."""

    ids: list[str]
    names: list[str]
    country: list[str]
    place: list[str]

    @classmethod
    def of(cls, table: Any, what: str) -> _List:
        if hasattr(table, "companies") and hasattr(table, "check"):  # a Dataset
            table = table.companies
        if hasattr(table, "to_pandas"):
            table = table.to_pandas()
        columns = {str(name).lower(): name for name in table}
        if "name" not in columns:
            raise InvalidArgumentError(f"{what}: matching needs a column name")
        names = [_text(value) for value in table[columns["name"]]]

        def column(*wanted: str) -> list[str]:
            for one in wanted:
                if one in columns:
                    return [_text(value) for value in table[columns[one]]]
            return [""] * len(names)

        ids = column("id")
        if "id" not in columns:
            ids = [str(i) for i in range(len(names))]
        country = [iso(c) for c in column("country")]
        place = column("city", "place", "municipality", "kommun", "nuts")
        return cls(ids, names, country, [fold(p) for p in place])


def match(
    companies: Any,
    reference: Any,
    *,
    method: Literal["trigrams", "rapidfuzz"] = "trigrams",
    threshold: float = 0.85,
    margin: float = 0.05,
) -> Result:
    """Find a list's companies among known organisations; nothing is merged, all is for review.

    Names are compared without legal forms (AB, Oy, GmbH, Ltd, ...), accents, Nordic letters
    (å ä ö as a a o, ø as o, æ as ae) and word order. Only organisations that share a telling word,
    or the first four letters of one, are compared.

    Parameters
    ----------
    companies, reference : Dataset or table
        Columns ``name`` and, where known, ``id``, ``country`` (ISO 3166-1 alpha-2) and ``city``
        (or ``place``, ``municipality``, ``nuts``).
    method : {'trigrams', 'rapidfuzz'}, default 'trigrams'
        Likeness of names: Dice coefficient of their runs of three letters, or RapidFuzz's
        ``token_sort_ratio`` (needs the extra ``match``).
    threshold : float in (0, 1], default 0.85
        From this score on, a sole candidate is a match.
    margin : float >= 0, default 0.05
        A second organisation within this distance of the best makes a match ambiguous.

    Returns
    -------
    Result
        One row per company, in order: ``id``, ``name``, ``match`` (reference id; empty: none),
        ``match_name``, ``score`` in [0, 1] (likeness of the names, a quarter less where countries
        are known and differ, a tenth of the rest more where places agree), ``same_country`` and
        ``same_place`` (yes, no, unknown), ``second``, ``second_score``, ``decision`` (match;
        ambiguous: look at both; review: below the threshold; none), ``status``.

    Raises
    ------
    InvalidArgumentError
        No column name; an option out of range; RapidFuzz asked for and not installed.

    Notes
    -----
    O(sum over companies of the organisations that share a word, at most 200 each).

    Examples
    --------
    >>> import kedja
    >>> found = kedja.match(
    ...     {"id": ["1"], "name": ["Bröderna Öst AB"], "country": ["SE"]},
    ...     {"id": ["p", "q"], "name": ["BRODERNA OST AKTIEBOLAG", "Brødrene Vest AS"],
    ...      "country": ["SE", "NO"]})
    >>> found["match"][0], found["decision"][0]
    ('p', 'match')
    """
    if not 0 < threshold <= 1:
        raise InvalidArgumentError(f"threshold must be in (0, 1], not {threshold!r}")
    if not margin >= 0:
        raise InvalidArgumentError(f"margin must be >= 0, not {margin!r}")
    likeness = _likeness(method)
    ours, known = _List.of(companies, "companies"), _List.of(reference, "reference")
    words = [words_of(name) for name in known.names]
    holders: dict[str, list[int]] = defaultdict(list)
    for row, telling in enumerate(words):
        for key in _keys(telling):
            holders[key].append(row)
    columns: dict[str, list[Any]] = defaultdict(list)
    for row, name in enumerate(ours.names):
        telling = words_of(name)
        scored = []
        for other in _near(telling, holders):
            like = likeness(" ".join(sorted(telling)), " ".join(sorted(words[other])))
            country = _same(ours.country[row], known.country[other])
            place = _same(ours.place[row], known.place[other])
            score = like * (0.75 if country == "no" else 1.0)
            if place == "yes":
                score += 0.1 * (1 - score)
            scored.append((-score, known.ids[other], other, country, place))
        scored.sort()
        best, second = ([*scored, None, None])[:2]
        score = -best[0] if best else 0.0
        if best is None or score < 0.5:
            decision = "none"
            best = second = None
        elif second is not None and score + second[0] <= margin:
            decision = "ambiguous"
        else:
            decision = "match" if score >= threshold else "review"
        columns["id"].append(ours.ids[row])
        columns["name"].append(name)
        columns["match"].append(best[1] if best else "")
        columns["match_name"].append(known.names[best[2]] if best else "")
        columns["score"].append(score if best else np.nan)
        columns["same_country"].append(best[3] if best else "unknown")
        columns["same_place"].append(best[4] if best else "unknown")
        columns["second"].append(second[1] if second else "")
        columns["second_score"].append(-second[0] if second else np.nan)
        columns["decision"].append(decision)
        columns["status"].append({"match": "ok", "none": "no_data"}.get(decision, "undecided"))
    names = (
        "id", "name", "match", "match_name", "score", "same_country", "same_place", "second",
        "second_score", "decision", "status",
    )  # fmt: skip
    made = {
        name: np.array(columns[name], dtype=np.float64 if name.endswith("score") else object)
        for name in names
    }
    counts = {d: columns["decision"].count(d) for d in ("match", "ambiguous", "review", "none")}
    return Result(
        made,
        {
            "measure": "match",
            "parameters": {"method": method, "threshold": threshold, "margin": margin},
            "decisions": counts,
        },
        recompute=lambda: match(
            companies, reference, method=method, threshold=threshold, margin=margin
        ),
    )


def _text(value: Any) -> str:
    missing = value is None or value != value or type(value).__name__ in ("NAType", "NaTType")
    return "" if missing else str(value).strip()


def _same(one: str, other: str) -> str:
    if not one or not other:
        return "unknown"
    return "yes" if one == other else "no"


def _keys(words: list[str]) -> set[str]:
    return {*words, *(f"^{w[:4]}" for w in words if len(w) >= 4)}


def _near(words: list[str], holders: dict[str, list[int]]) -> list[int]:
    """Rows that share the rarest keys first, at most `_CANDIDATES`."""
    found: dict[int, None] = {}
    for key in sorted(_keys(words), key=lambda k: (len(holders.get(k, ())), k)):
        for row in holders.get(key, ()):
            found.setdefault(row)
            if len(found) == _CANDIDATES:
                return list(found)
    return list(found)


def _likeness(method: str) -> Any:
    if method == "trigrams":
        return _dice
    if method != "rapidfuzz":
        raise InvalidArgumentError(f"method must be 'trigrams' or 'rapidfuzz', not {method!r}")
    try:
        from rapidfuzz.fuzz import token_sort_ratio
    except ImportError:
        raise InvalidArgumentError(
            "method='rapidfuzz' needs RapidFuzz; pip install 'kedja[match]', or leave method out"
        ) from None
    return lambda one, other: token_sort_ratio(one, other) / 100.0


def _dice(one: str, other: str) -> float:
    a, b = _runs(one), _runs(other)
    total = sum(a.values()) + sum(b.values())
    shared = sum(min(count, b.get(run, 0)) for run, count in a.items())
    return 2 * shared / total if total else 0.0


def _runs(text: str) -> dict[str, int]:
    made: dict[str, int] = defaultdict(int)
    for word in text.split():
        edged = f"  {word} "
        for i in range(len(edged) - 2):
            made[edged[i : i + 3]] += 1
    return made
