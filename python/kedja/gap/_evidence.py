"""What a row of the gap table rests on, in words, with the numbers put into the formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("en", "sv")
Label = Callable[[str, str], str]  # of an item's code and a language


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence and a formula as templates, and the numbers that go into them."""

    text: str
    formula: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: str) -> str:
        return _fill(_TEXTS[self.text][lang], self.numbers, lang)

    def show_formula(self, lang: str, label: Label | None = None) -> str:
        """`label` says what the code of an item means; see `labels_of`."""
        if not self.formula:
            return ""
        return _fill(_FORMULAS[self.formula][lang], self.numbers, lang, label or named)


def named(word: str, lang: str) -> str:
    """A word for what a measure rests on, in a language; another word as it is."""
    return _NAMES.get(word, {}).get(lang, word)


def _fill(template: str, numbers: Mapping[str, Any], lang: str, label: Label = named) -> str:
    """Fields are name_kind with kind share (per cent), count, digits (three that say something), or
    how many after the decimal mark."""
    from kedja._report import wording

    shown = {}
    for name, value in numbers.items():
        if isinstance(value, str):
            shown[name] = named(value, lang)
        elif isinstance(value, tuple):
            shown[name] = _sum(value, lang, label)
        else:
            shown[name + "_share"] = wording.percent(value, lang)
            shown[name + "_count"] = wording.count(value, lang)
            shown[name + "_1"] = wording.number(value, lang, 1)
            shown[name + "_2"] = wording.number(value, lang, 2)
            shown[name + "_3"] = _small(value, lang)
            shown[name + "_digits"] = _significant(value, lang)
    return template.format(**shown)


_SUMMANDS = 4


def _sum(parts: tuple[tuple[str, float], ...], lang: str, label: Label) -> str:
    """The largest parts by name and the rest as one, so that what stands there adds up."""
    first, rest = parts[:_SUMMANDS], parts[_SUMMANDS:]
    if len(rest) == 1:
        first, rest = parts, ()
    made = [f"{_small(value, lang)} ({label(name, lang)})" for name, value in first]
    if rest:
        more = _MORE[lang].format(n=len(rest))
        made.append(f"{_small(sum(value for _, value in rest), lang)} ({more})")
    return " + ".join(made) or _small(0.0, lang)


_MORE = {"en": "{n} more", "sv": "{n} till"}


def _small(value: float, lang: str) -> str:
    """Three decimals; something smaller as a bound, never as a bare 0."""
    from kedja._report import wording

    tiny = value is not None and math.isfinite(value) and 0 < value < 0.001
    return "<" + wording.number(0.001, lang, 3) if tiny else wording.number(value, lang, 3)


def _significant(value: float, lang: str) -> str:
    """Three digits from the first that is not 0; at least three decimals, at most nine."""
    from kedja._report import wording

    size = math.log10(abs(value)) if value and math.isfinite(value) else 0.0
    return wording.number(value, lang, min(9, max(3, 2 - math.floor(size))))


_NAMES = {  # of what a measure rests on
    "all companies": {"en": "all companies", "sv": "alla företag"},
    "needs": {"en": "stated needs", "sv": "uttalade behov"},
    "stages": {"en": "the stages of the chain", "sv": "kedjans steg"},
    "flows": {
        "en": "what their industries buy by an input-output table",
        "sv": "vad deras branscher köper enligt en input-output-tabell",
    },
    "supply": {"en": "their own sales", "sv": "deras egen försäljning"},
    "given flows": {
        "en": "their industry in the given input-output table",
        "sv": "deras bransch i den givna input-output-tabellen",
    },
    "NACE": {
        "en": "their industry in the input-output table of the United States 2017",
        "sv": "deras bransch i USA:s input-output-tabell 2017",
    },
    "links": {"en": "what members buy", "sv": "vad medlemmarna köper"},
    "digital_intensity": {"en": "the Digital Intensity Index", "sv": "digitalt intensitetsindex"},
    "green": {"en": "green abilities", "sv": "gröna förmågor"},
    "digital": {"en": "digital abilities", "sv": "digitala förmågor"},
    "skills": {"en": "skills", "sv": "kompetenser"},
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
        "en": "has {gap_share} of what is lacking, beyond today's ties; complementarity {pair_2}, "
        "no tie yet",
        "sv": "har {gap_share} av det som saknas, utöver dagens band; komplementaritet {pair_2}, "
        "inget band än",
    },
    "complementarity_need": {
        "en": "unmet need that clusters it is tied to could not meet; need from {need}; "
        "all others together could meet {joint_share} of it at the same time as everyone else's",
        "sv": "behov som kluster med band till detta inte kan möta; behov från {need}; "
        "alla andra tillsammans kan möta {joint_share} av det samtidigt med allas behov",
    },
    "complementarity_need_item": {
        "en": "could meet {gap_share} of what others can meet, beyond today's ties; no tie yet",
        "sv": "kan möta {gap_share} av det som andra kan möta, utöver dagens band; inget band än",
    },
    "fragility": {
        "en": "{buyers_count} of {members_count} members have known suppliers; for "
        "{substitutable_share} of what comes from a single one another cluster has a seller",
        "sv": "{buyers_count} av {members_count} medlemmar har kända leverantörer; för "
        "{substitutable_share} av det som kommer från en enda har ett annat kluster en säljare",
    },
    "fragility_none": {
        "en": "{buyers_count} of {members_count} members have known suppliers; none of them buys "
        "anything from a single one",
        "sv": "{buyers_count} av {members_count} medlemmar har kända leverantörer; ingen av dem "
        "köper något från en enda",
    },
    "fragility_item": {
        "en": "{buyers_count} members buy it from a single supplier",
        "sv": "{buyers_count} medlemmar köper det från en enda leverantör",
    },
    "coverage": {
        "en": "largest of the gaps of the requirement sets: {set}",
        "sv": "den största luckan bland kravlistorna: {set}",
    },
    "coverage_set": {
        "en": "{answered_count} of {members_count} members answered; on average they have "
        "{breadth_share} of {set}; other clusters could fill {fillable_share} of the gap",
        "sv": "{answered_count} av {members_count} medlemmar har svarat; i snitt har de "
        "{breadth_share} av {set}; andra kluster kan fylla {fillable_share} av luckan",
    },
    "coverage_item": {
        "en": "{share_share} of {answered_count} answering members have it ({set})",
        "sv": "{share_share} av {answered_count} svarande medlemmar har det ({set})",
    },
    "coverage_basic": {
        "en": "{share_share} of {answered_count} small and medium-sized members have at least 4 of "
        "12 items; the European target for 2030 is 90 per cent",
        "sv": "{share_share} av {answered_count} små och medelstora medlemmar har minst 4 av 12 "
        "delar; EU:s mål för 2030 är 90 procent",
    },
    "needs_answers": {
        "en": "members' answers about {set} would decide it: capabilities.capability "
        "(kedja template writes the sheet to ask with)",
        "sv": "medlemmarnas svar om {set} skulle avgöra det: capabilities.capability "
        "(kedja template skriver bladet att fråga med)",
    },
    "needs_answers_all": {
        "en": "members' answers about green, digital and skills would decide it: "
        "capabilities.capability (kedja template writes the sheet to ask with)",
        "sv": "medlemmarnas svar om grönt, digitalt och kompetens skulle avgöra det: "
        "capabilities.capability (kedja template skriver bladet att fråga med)",
    },
    "needs_ties": {
        "en": "links or participations of its members would decide it: none are known",
        "sv": "medlemmarnas links eller participations skulle avgöra det: inga är kända",
    },
    "needs_members": {
        "en": "memberships.company would decide it: the cluster has no members",
        "sv": "memberships.company skulle avgöra det: klustret har inga medlemmar",
    },
    "capability_nobody": {
        "en": "nobody in these data has it",
        "sv": "ingen i underlaget har det",
    },
    "needs_others": {
        "en": "companies outside the cluster would decide it: there is nothing to compare with",
        "sv": "företag utanför klustret skulle avgöra det: det finns inget att jämföra med",
    },
    "needs_clusters": {
        "en": "memberships of other clusters would decide it: there is nothing to compare with",
        "sv": "andra klusters memberships skulle avgöra det: det finns inget att jämföra med",
    },
    "needs_demand": {
        "en": "the demand for it would decide it: demand.value",
        "sv": "efterfrågan på den skulle avgöra det: demand.value",
    },
    "needs_need": {
        "en": "needs.capability or companies.nace of its members would decide it",
        "sv": "needs.capability eller medlemmarnas companies.nace skulle avgöra det",
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
    "chain": {
        "en": "{placed_count} of {companies_count} members, suppliers and customers have a known "
        "place: from {upstream_low_1} to {upstream_high_1} steps from final demand; places from "
        "{basis}",
        "sv": "{placed_count} av {companies_count} medlemmar, leverantörer och kunder har en känd "
        "plats: från {upstream_low_1} till {upstream_high_1} steg från slutlig användning; platser "
        "från {basis}",
    },
    "reach_item": {
        "en": "{ties_count} ties there",
        "sv": "{ties_count} band dit",
    },
    "needs_capabilities": {
        "en": "capabilities.capability or companies.nace would decide it",
        "sv": "capabilities.capability eller companies.nace skulle avgöra det",
    },
    "needs_country": {
        "en": "companies.country would decide it",
        "sv": "companies.country skulle avgöra det",
    },
    "needs_places": {
        "en": "companies.nace, or links.value with companies.revenue, would decide it",
        "sv": "companies.nace, eller links.value med companies.revenue, skulle avgöra det",
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
        "en": "sum over capabilities of weight × (1 − min(1, share / common)) = {parts} = {gap_3}",
        "sv": "summan över förmågor av vikt × (1 − min(1, andel / vanlig)) = {parts} = {gap_3}",
    },
    "capability_item": {
        "en": "{weight_3} × (1 − min(1, {share_3} / {common_3})) = {gap_3}",
        "sv": "{weight_3} × (1 − min(1, {share_3} / {common_3})) = {gap_3}",
    },
    "capability_nobody": {
        "en": "{weight_3} × (1 − 0) = {gap_3}",
        "sv": "{weight_3} × (1 − 0) = {gap_3}",
    },
    "complementarity": {
        "en": "1 − (what tied clusters have) / (what any cluster has) of its need = "
        "1 − {delivered_3} / {alone_3} = {gap_3}",
        "sv": "1 − (det band-klustren har) / (det något kluster har) av dess behov = "
        "1 − {delivered_3} / {alone_3} = {gap_3}",
    },
    "complementarity_nothing": {
        "en": "of what it lacks, other clusters have 0: {gap_3}",
        "sv": "av det som saknas har andra kluster 0: {gap_3}",
    },
    "complementarity_item": {
        "en": "(what it alone adds to tied clusters) / (what any cluster has) of its need = "
        "{added_3} / {alone_3} = {gap_3}",
        "sv": "(det bara detta kluster tillför band-klustren) / (det något kluster har) av dess "
        "behov = {added_3} / {alone_3} = {gap_3}",
    },
    "complementarity_need_item": {
        "en": "sum of min(left, spare) / sum of what others could meet = "
        "{added_3} / {alone_3} = {gap_3}",
        "sv": "summan av min(kvar, över) / summan av det andra kan möta = "
        "{added_3} / {alone_3} = {gap_3}",
    },
    "tie_deficit": {
        "en": "sum of usefulness × deficit / sum of usefulness, over other clusters = "
        "{missed_3} / {weight_3} = {gap_3}",
        "sv": "summan av nytta × underskott / summan av nytta, över andra kluster = "
        "{missed_3} / {weight_3} = {gap_3}",
    },
    "tie_deficit_item": {
        "en": "({expected_1} − {observed_1}) / {expected_1} = {gap_3}",
        "sv": "({expected_1} − {observed_1}) / {expected_1} = {gap_3}",
    },
    "reach": {
        "en": "max(0, 1 − (places, as if equal, that its ties reach) / (expected of {ties_count} "
        "ties)) = max(0, 1 − {spread_2} / {expected_spread_2}) = {gap_3}",
        "sv": "max(0, 1 − (platser, som om de vore lika, som banden når) / (väntat av {ties_count} "
        "band)) = max(0, 1 − {spread_2} / {expected_spread_2}) = {gap_3}",
    },
    "reach_item": {
        "en": "min(1, q* × ln(q* / q)) = min(1, {expected_spread_digits} × "
        "ln({expected_spread_digits} / {spread_digits})) = {gap_3}; q* is its share of all clusters' ties, q of this cluster's (and one of q*)",
        "sv": "min(1, q* × ln(q* / q)) = min(1, {expected_spread_digits} × "
        "ln({expected_spread_digits} / {spread_digits})) = {gap_3}; q* är dess del av alla klusters band, q av det här klustrets (och ett av q*)",
    },
    "chain": {
        "en": "1 − (its part) / (that of all companies) = 1 − ({upstream_high_3} − "
        "{upstream_low_3}) / ({last_3} − {first_3}) = {gap_3}",
        "sv": "1 − (dess del) / (alla företags) = 1 − ({upstream_high_3} − {upstream_low_3}) / "
        "({last_3} − {first_3}) = {gap_3}",
    },
    "fragility": {
        "en": "mean over {buyers_count} members of the share of inputs from a single source = "
        "{parts} = {gap_3}",
        "sv": "medel över {buyers_count} medlemmar av andelen insatser från en enda källa = "
        "{parts} = {gap_3}",
    },
    "fragility_item": {
        "en": "(sum over {buyers_count} members of its share of their inputs) / (all members with "
        "inputs) = {single_3} / {bought_1} = {gap_3}",
        "sv": "(summan över {buyers_count} medlemmar av dess andel av insatserna) / (alla medlemmar "
        "med insatser) = {single_3} / {bought_1} = {gap_3}",
    },
    "coverage_set": {
        "en": "1 − sum of weight × (1 − product over members of (1 − level)) = {parts} = {gap_3}",
        "sv": "1 − summan av vikt × (1 − produkten över medlemmar av (1 − nivå)) = {parts} = {gap_3}",
    },
    "coverage_item": {
        "en": "weight × product over {answered_count} members of (1 − level) = "
        "{weight_3} × {product_3} = {gap_3}",
        "sv": "vikt × produkten över {answered_count} medlemmar av (1 − nivå) = "
        "{weight_3} × {product_3} = {gap_3}",
    },
    "coverage_basic": {
        "en": "max(0, 0.9 − {share_3}) = {gap_3}",
        "sv": "max(0, 0,9 − {share_3}) = {gap_3}",
    },
}


Parts = tuple[tuple[str, float], ...]


def parts_of(result: Any) -> dict[tuple[str, str], Parts]:
    """Items with a gap, largest first, by cluster and requirement set ("" where there are none)."""
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    sets = result["set"] if "set" in result.columns else [""] * len(result)
    for cluster, of, item, gap in zip(
        result["cluster"], sets, result["item"], result["gap"].tolist(), strict=True
    ):
        if item and item != "basic_level" and gap > 0:
            found.setdefault((cluster, of), []).append((item, gap))
    return {key: tuple(sorted(some, key=lambda p: -p[1])) for key, some in found.items()}


def evidence_of(
    measure: str,
    row: Mapping[str, Any],
    meta: Mapping[str, Any],
    parts: Mapping[tuple[str, str], Parts],
) -> Evidence:
    """The evidence of a row of one measure's table; `measure` without the family, `parts` of the
    whole table by `parts_of`."""
    made: Evidence = _DESCRIBE[measure](row, meta)
    if "parts" in made.numbers:
        mine = parts.get((row["cluster"], row.get("set", "")), ())
        made = Evidence(made.text, made.formula, {**made.numbers, "parts": mine})
    return made


def _capability(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] in _NOTHING:
        return _nothing(row)
    if row["status"] == "undecided":
        given = meta["parameters"]["demand"] == "given"
        return Evidence("needs_demand" if given else "needs_others")
    if row["item"]:
        keys = ("share", "common", "members", "gap", "weight")
        name = "capability_item" if row["common"] > 0 else "capability_nobody"
        return Evidence(name, name, {k: row[k] for k in keys})
    numbers = {"members": row["members"], "gap": row["gap"], "parts": ()}
    numbers |= {"need": meta["need_basis"], "basis": meta["basis"]}
    return Evidence("capability", "capability", numbers)


def _complementarity(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] == "undecided":
        return Evidence("needs_clusters" if meta["linked"] else "needs_links")
    if row["status"] in _NOTHING:
        return _nothing(row)
    need = meta["form"] == "need"
    numbers = {k: row[k] for k in ("gap", "alone")}
    if row["item"]:
        numbers |= {"pair": row["complementarity"], "added": row["gap"] * row["alone"]}
        name = "complementarity_need_item" if need else "complementarity_item"
        return Evidence(name, name, numbers)
    numbers |= {"joint": row["joint"], "delivered": row["delivered"], "need": meta["need_basis"]}
    return Evidence(
        "complementarity_need" if need else "complementarity",
        "complementarity" if row["alone"] > 0 else "complementarity_nothing",
        numbers,
    )


def _tie_deficit(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] == "undecided":
        return Evidence("needs_clusters")
    if row["status"] in _NOTHING:
        return _nothing(row)
    if row["item"]:
        numbers = {k: row[k] for k in ("observed", "expected", "z", "gap")} | {"q": row["qvalue"]}
        return Evidence("tie_deficit_item", "tie_deficit_item", numbers)
    found = float(meta["significant"].get(row["cluster"], 0))
    numbers = {"found": found, "null": meta["null"], "gap": row["gap"]}
    numbers |= {"weight": row["weight"], "missed": row["gap"] * row["weight"]}
    return Evidence("tie_deficit", "tie_deficit", numbers)


def _reach(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] in _NOTHING:
        return _nothing(row)
    if meta["parameters"]["by"] == "chain":
        return _chain(row, meta)
    if row["status"] == "undecided":
        return Evidence("needs_clusters")
    numbers = {k: row[k] for k in ("ties", "gap", "spread", "expected_spread")}
    name = "reach_item" if row["item"] else "reach"
    return Evidence(name, name, numbers)


def _chain(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] == "undecided":
        return Evidence("needs_others" if row["placed"] else "needs_places")
    keys = ("placed", "companies", "upstream_low", "upstream_high", "gap")
    first, last = meta["chain_range"]
    numbers = {k: row[k] for k in keys} | {"first": first, "last": last}
    return Evidence("chain", "chain", numbers | {"basis": str(meta["chain_basis"])})


def _fragility(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] in _NOTHING:
        return _nothing(row) if row["status"] == "too_small" else Evidence("needs_supply")
    numbers = {k: row[k] for k in ("buyers", "members", "substitutable", "gap", "bought")}
    if row["item"]:
        numbers |= {"single": row["gap"] * row["bought"]}
        return Evidence("fragility_item", "fragility_item", numbers)
    text = "fragility" if row["substitutable"] == row["substitutable"] else "fragility_none"
    return Evidence(text, "fragility", numbers | {"parts": ()})


def _coverage(row: Mapping[str, Any], meta: Mapping[str, Any]) -> Evidence:
    if row["status"] == "undecided":
        if not row["members"]:
            return Evidence("needs_members")
        return Evidence("needs_answers", numbers={"set": row["set"]})
    numbers = {k: row[k] for k in ("answered", "members", "gap", "share")} | {"set": row["set"]}
    if row["item"] == "basic_level":
        return Evidence("coverage_basic", "coverage_basic", numbers)
    if row["item"]:
        numbers |= {"weight": row["weight"], "product": row["gap"] / row["weight"]}
        return Evidence("coverage_item", "coverage_item", numbers)
    numbers |= {"parts": (), "breadth": 1 - row["breadth_gap"], "fillable": row["fillable_all"]}
    return Evidence("coverage_set", "coverage_set", numbers)


_NOTHING = {
    "too_small": "needs_members",
    "no_data": "needs_need",
    "isolated": "needs_ties",
}
_DESCRIBE = {
    "capability": _capability,
    "complementarity": _complementarity,
    "tie_deficit": _tie_deficit,
    "reach": _reach,
    "fragility": _fragility,
    "coverage": _coverage,
}


def _nothing(row: Mapping[str, Any]) -> Evidence:
    return Evidence(_NOTHING[row["status"]])
