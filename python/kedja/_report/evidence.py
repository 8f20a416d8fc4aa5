"""The rule that turns a band and a comparison into a word, and the three gaps that matter.

The rule is stated on the page too (texts `sure.rule.*`); change both or neither.
"""

from __future__ import annotations

import dataclasses

from .content import MEASURES, Gap
from .wording import finite

STRENGTHS = ("strong", "moderate", "weak")
USABLE = ("ok", "inferred", "not_significant")


def _own_strength(gap: Gap) -> str | None:
    value, high = finite(gap.gap), finite(gap.random_high)
    if value is None or high is None:
        return None
    low = finite(gap.low)
    if gap.status == "not_significant" or value <= high:
        return "weak"
    if gap.status == "ok" and low is not None and low > high:
        return "strong"
    return "moderate"


def strength(gap: Gap, gaps: tuple[Gap, ...]) -> str:
    """ "strong", "moderate" or "weak".

    Strong: observed data, and the whole band lies above the range of random clusters of the same
    size. Moderate: the estimate does, its band does not, or the data are inferred. Weak: within
    that range, not significant, or nothing to compare with. An item without a comparison of its
    own is as sure as its measure as a whole.
    """
    own = _own_strength(gap)
    if own is None and gap.item:
        whole = next(
            (
                g
                for g in gaps
                if g.measure == gap.measure and g.cluster == gap.cluster and not g.item
            ),
            None,
        )
        own = _own_strength(whole) if whole is not None else None
        if own == "strong" and gap.status == "inferred":
            own = "moderate"
        if gap.status == "not_significant":
            own = "weak"
    return own or "weak"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A gap with its word."""

    gap: Gap
    strength: str


def ranked(gaps: tuple[Gap, ...]) -> list[Finding]:
    """The items that are missing, surest first, then largest, then as given."""
    usable = [
        Finding(g, strength(g, gaps))
        for g in gaps
        if g.status in USABLE and not g.withheld and (finite(g.gap) or 0) > 0
    ]
    return sorted(usable, key=lambda f: (STRENGTHS.index(f.strength), -(f.gap.gap or 0)))


def top_three(gaps: tuple[Gap, ...]) -> list[Finding]:
    """The three gaps of the first screen: surest first, then largest, each of another measure as
    long as there are others, named items before measures as a whole."""
    order = ranked(gaps)
    itemised = {(f.gap.cluster, f.gap.measure) for f in order if f.gap.item}
    order = [f for f in order if f.gap.item or (f.gap.cluster, f.gap.measure) not in itemised]
    first: list[Finding] = []
    seen: set[str] = set()
    for finding in order:
        if finding.gap.measure not in seen:
            seen.add(finding.gap.measure)
            first.append(finding)
    rest = [f for f in order if all(f is not g for g in first)]
    chosen = (first + rest)[:3]
    return sorted(chosen, key=lambda f: (STRENGTHS.index(f.strength), -(f.gap.gap or 0)))


def whole_rows(gaps: tuple[Gap, ...]) -> list[Gap]:
    """One row for each measure, in fixed order: the measure as a whole, else its largest item."""
    rows: list[Gap] = []
    for measure in MEASURES:
        of = [g for g in gaps if g.measure == measure]
        whole = [g for g in of if not g.item] or sorted(of, key=lambda g: -(finite(g.gap) or 0))
        rows.extend(whole[:1])
    return rows
