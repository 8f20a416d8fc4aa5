"""What a row of the gap table rests on, in words, with the numbers put into the formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("en", "sv")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence and a formula as templates, and the numbers that go into them."""

    text: str
    formula: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: str) -> str:
        return _fill(_TEXTS[self.text][lang], self.numbers, lang)

    def show_formula(self, lang: str) -> str:
        return _fill(_FORMULAS[self.formula][lang], self.numbers, lang) if self.formula else ""


def _fill(template: str, numbers: Mapping[str, Any], lang: str) -> str:
    """Fields are name:kind with kind share (per cent), count, or digits after the decimal mark."""
    from kedja._report import wording

    shown = {}
    for name, value in numbers.items():
        if isinstance(value, str):
            shown[name] = _NAMES.get(value, {}).get(lang, value)
        else:
            shown[name + "_share"] = wording.percent(value, lang)
            shown[name + "_count"] = wording.count(value, lang)
            shown[name + "_1"] = wording.number(value, lang, 1)
            shown[name + "_2"] = wording.number(value, lang, 2)
            shown[name + "_3"] = _small(value, lang)
    return template.format(**shown)


def _small(value: float, lang: str) -> str:
    """Three decimals; something smaller as a bound, never as a bare 0."""
    from kedja._report import wording

    tiny = value is not None and math.isfinite(value) and 0 < value < 0.001
    return "<" + wording.number(0.001, lang, 3) if tiny else wording.number(value, lang, 3)


_NAMES = {  # of what a measure rests on
    "all companies": {"en": "all companies", "sv": "alla företag"},
    "needs": {"en": "stated needs", "sv": "uttalade behov"},
    "capabilities": {"en": "the capabilities table", "sv": "tabellen capabilities (förmågor)"},
    "nace2": {"en": "NACE divisions", "sv": "branscher (NACE, två siffror)"},
    "coparticipation": {
        "en": "participations dealt at random inside each field and year",
        "sv": "deltaganden fördelade slumpvis inom varje område och år",
    },
    "configuration": {
        "en": "links drawn at random, each company keeping its number of links",
        "sv": "länkar dragna slumpvis med varje företags antal länkar bevarat",
    },
}

_TEXTS = {
    "capability": {
        "en": "{members_count} members; need from {need}; capabilities from {basis}",
        "sv": "{members_count} medlemmar; behov från {need}; förmågor från {basis}",
    },
    "capability_item": {
        "en": "{share_share} of {members_count} members have it, {common_share} of all companies do",
        "sv": "{share_share} av {members_count} medlemmar har det, {common_share} av alla företag",
    },
    "complementarity": {
        "en": "needed capabilities that clusters it is tied to do not have",
        "sv": "förmågor som behövs men som kluster med band till detta inte har",
    },
    "complementarity_item": {
        "en": "complementarity {pair_2}, no tie yet",
        "sv": "komplementaritet {pair_2}, inget band än",
    },
    "tie_deficit": {
        "en": "{found_count} other clusters with significantly fewer ties than chance; "
        "null model: {null}",
        "sv": "{found_count} andra kluster med signifikant färre band än slumpen; "
        "nollmodell: {null}",
    },
    "tie_deficit_item": {
        "en": "{observed_1} ties seen, {expected_1} expected, z = {z_1}, q = {q_3}",
        "sv": "{observed_1} band finns, {expected_1} väntade, z = {z_1}, q = {q_3}",
    },
    "reach": {
        "en": "{ties_count} ties outside the cluster",
        "sv": "{ties_count} band utanför klustret",
    },
    "reach_item": {
        "en": "{ties_count} ties there",
        "sv": "{ties_count} band dit",
    },
    "needs_country": {
        "en": "companies.country would decide it",
        "sv": "companies.country skulle avgöra det",
    },
    "needs_links": {
        "en": "links or participations would decide it",
        "sv": "links eller participations skulle avgöra det",
    },
    "needs_supply": {
        "en": "supply links with values would decide it",
        "sv": "leveranslänkar (links) med värden skulle avgöra det",
    },
    "needs_requirements": {
        "en": "requirements and members' capabilities would decide it",
        "sv": "krav (requirements) och medlemmarnas förmågor skulle avgöra det",
    },
}

_FORMULAS = {
    "capability": {
        "en": "sum over capabilities of need × (1 − min(1, share / common)) = {gap_3}",
        "sv": "summan över förmågor av behov × (1 − min(1, andel / vanlig)) = {gap_3}",
    },
    "capability_item": {
        "en": "{need_3} × (1 − min(1, {share_3} / {common_3})) = {gap_3}",
        "sv": "{need_3} × (1 − min(1, {share_3} / {common_3})) = {gap_3}",
    },
    "tie_deficit_item": {
        "en": "({expected_1} − {observed_1}) / {expected_1} = {gap_3}",
        "sv": "({expected_1} − {observed_1}) / {expected_1} = {gap_3}",
    },
    "reach": {
        "en": "1 − exp(H seen) / exp(H expected of {ties_count} ties) = {gap_3}",
        "sv": "1 − exp(H sett) / exp(H väntat av {ties_count} band) = {gap_3}",
    },
}
