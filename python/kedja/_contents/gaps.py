"""The gaps of one cluster, each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kedja import _core
from kedja._contents.facts import Facts, item_texts, number

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja.gap._analyse import GapRow


def gaps(
    data: Dataset,
    facts: Facts,
    cluster: str | None,
    parts: dict[str, Any],
    draws: int,
    seed: int,
    threads: int,
) -> None:
    from kedja._profile import Profile
    from kedja._report.content import Driver, Gap, Provenance, Text
    from kedja.gap._analyse import CHAIN, gap_rows
    from kedja.gap._evidence import LANGUAGES
    from kedja.gap._labels import labels_of

    if cluster is None:
        return
    profile = Profile(data, required=False)
    found = list(
        gap_rows(data, profile, cluster, draws=draws, seed=seed, threads=threads, progress=False)
    )
    parts["provenance"].append(
        Provenance(
            section="gaps",
            measure="gap.analyse",
            parameters=(
                ("cluster", cluster),
                ("draws", str(draws)),
                *((k, str(v)) for k, v in profile.meta().items()),
            ),
            seed=seed,
            checksum=data.checksum,
            version=_core.version,
            note="",
        )
    )
    kind = {"capability": "nace2" if profile.basis == "nace2" else "name", "reach": "country"}
    kind["fragility"] = "nace2"  # a label that is no division is shown as it stands
    members = len(facts.members.get(cluster, []))
    texts = {**_requirement_texts(), **item_texts(data)}

    def item_kind(row: GapRow) -> str:
        if row.measure == "reach" and row.item == CHAIN:
            return "chain"
        return kind.get(row.measure, "name") if row.item else "name"

    def label(measure: str, item: str) -> Any:
        if measure == "reach" and item == CHAIN:
            return Text(en="the value chain", sv="värdekedjan")
        if measure in ("complementarity", "tie_deficit"):
            return facts.cluster_name.get(item, item)
        return texts.get(item, item) if measure in ("capability", "coverage") else item

    said = {measure: labels_of(data, measure) for measure in {row.measure for row in found}}
    rows = []
    for row in found:
        company, other = row.filler, row.filler_cluster
        drivers: tuple[Any, ...] = ()
        whole = row.gap
        if not row.item and whole and whole > 0 and row.measure == "capability":
            drivers = tuple(
                Driver(label=label(r.measure, r.item), share=min(1.0, r.gap / whole))
                for r in sorted(
                    (r for r in found if r.measure == row.measure and r.item),
                    key=lambda r: -r.gap,
                )[:3]
            )
        rows.append(
            Gap(
                cluster=cluster,
                measure=row.measure,
                gap=number(row.gap),
                item=label(row.measure, row.item),
                item_kind=item_kind(row),
                low=number(row.low),
                high=number(row.high),
                status=row.status,
                filler=facts.label(company) if company and facts.name.get(company, "x") else "",
                filler_cluster=facts.cluster_name.get(other, other),
                filler_country=facts.country.get(company, ""),
                evidence=Text(en=row.evidence.say("en"), sv=row.evidence.say("sv")),
                formula=Text(
                    **{
                        lang: row.evidence.show_formula(lang, said[row.measure])
                        for lang in LANGUAGES
                    }
                )
                if row.evidence.formula
                else "",
                drivers=drivers,
                witnesses=_witnesses(row) if row.item or row.measure == "fragility" else (),
                companies=members,
                random_low=number(row.random[0]),
                random_mid=number(row.random[1]),
                random_high=number(row.random[2]),
            )
        )
    parts["gaps"] = tuple(rows)


def _requirement_texts() -> dict[str, Any]:
    """Wording of the items and sets of requirements that come with kedja."""
    from kedja._report.content import Text
    from kedja._requirements import SHIPPED, item_labels
    from kedja.gap._coverage import BASIC_LEVEL
    from kedja.gap._evidence import named

    made = {code: Text(**said) for code, said in item_labels().items()}
    made |= {name: Text(en=named(name, "en"), sv=named(name, "sv")) for name in SHIPPED}
    made[f"digital_intensity: {BASIC_LEVEL}"] = Text(
        en="basic digital level of small and medium-sized members",
        sv="grundläggande digital nivå hos små och medelstora medlemmar",
    )
    return made


_SHOWN = 8  # of the companies, links or projects that a gap rests on


def _witnesses(row: GapRow) -> tuple[Any, ...]:
    """Who and what a gap rests on, as lines; names stand as they are, heads in both languages."""
    from kedja._report.content import Text, Witnesses
    from kedja.gap._analyse import explain_gap

    found = explain_gap(row, "en")
    en, sv = (found.groups(lang) for lang in ("en", "sv"))
    return tuple(
        Witnesses(
            label=Text(en=english[0], sv=swedish[0]),
            lines=tuple(english[1][:_SHOWN]),
            total=len(english[1]),
        )
        for english, swedish in zip(en, sv, strict=True)
    )
