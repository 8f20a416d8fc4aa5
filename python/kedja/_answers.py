"""Which questions a dataset answers, and which column would decide the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kedja._known_links import known_links
from kedja._need import io_table

if TYPE_CHECKING:
    from kedja._dataset import Dataset


@dataclass(frozen=True)
class Answer:
    question: str  # hold_together, position, missing, partners, what_if
    state: str  # answered, partial, undecided
    why: dict[str, str]  # en, sv
    deciding_column: str = ""


def answers_of(data: Dataset) -> list[Answer]:
    """The five questions of an analysis, in their order."""
    data = known_links(data)
    frame = data.companies.to_pandas()
    linked = len(data.links) > 0 or len(data.participations) > 0
    supply = len(data.links) > 0 and (
        "kind" not in data.links.to_pandas() or (data.links.to_pandas()["kind"] == "supply").any()
    )
    clustered = len(data.memberships) > 0
    capable = len(data.capabilities) > 0
    industry = "nace" in frame and (frame["nace"] != "").any()
    needs = len(data.needs) > 0 or len(data.stages) > 0
    years = any(
        "year" in table.to_pandas() for table in (data.links, data.participations) if len(table)
    )
    sizes = "size" in frame and frame["size"].notna().any()

    def say(en: str, sv: str) -> dict[str, str]:
        return {"en": en, "sv": sv}

    found = []
    if linked:
        state = "answered" if clustered else "partial"
        why = say(
            "links between companies are known" + ("" if clustered else ", but no clusters"),
            "länkar mellan företag är kända" + ("" if clustered else ", men inga kluster"),
        )
        found.append(
            Answer("hold_together", state, why, "" if clustered else "memberships.cluster")
        )
    else:
        found.append(
            Answer(
                "hold_together",
                "undecided",
                say(
                    "no links or shared projects are known",
                    "inga länkar eller gemensamma projekt är kända",
                ),
                "links.source, links.target",
            )
        )
    if supply:
        found.append(
            Answer(
                "position",
                "partial",
                say(
                    "supply links are known; final demand is not",
                    "leveranslänkar är kända, men inte slutlig efterfrågan",
                ),
                "flows.final_demand",
            )
        )
    elif industry and io_table(data) is not None:
        found.append(
            Answer(
                "position",
                "partial",
                say(
                    "industries are known: an input-output table says where an industry sits, "
                    "but no supply links say where a company does",
                    "branscher är kända: en input-output-tabell säger var en bransch sitter, "
                    "men inga leveranslänkar säger var ett företag gör det",
                ),
                "links.kind = supply",
            )
        )
    elif industry:
        found.append(
            Answer(
                "position",
                "undecided",
                say(
                    "industries are known, but no supply links or input-output table",
                    "branscher är kända, men varken leveranslänkar eller input-output-tabell",
                ),
                "links.kind = supply, flows",
            )
        )
    else:
        found.append(
            Answer(
                "position",
                "undecided",
                say(
                    "neither supply links nor industries are known",
                    "varken leveranslänkar eller branscher är kända",
                ),
                "links.kind = supply, companies.nace",
            )
        )
    if clustered and capable and needs:
        found.append(
            Answer(
                "missing",
                "answered",
                say(
                    "capabilities and needs of members are known",
                    "medlemmarnas förmågor och behov är kända",
                ),
            )
        )
    elif clustered and (capable or industry):
        what_en = "capabilities" if capable else "industries"
        what_sv = "förmågor" if capable else "branscher"
        against_en, against_sv = "compared with all companies", "jämfört med alla företag"
        if not capable and io_table(data) is not None:
            against_en = "inferred from an input-output table"
            against_sv = "härledda ur en input-output-tabell"
        found.append(
            Answer(
                "missing",
                "partial",
                say(
                    f"{what_en} of members are known, their needs are not; {against_en}",
                    f"medlemmarnas {what_sv} är kända men inte deras behov; {against_sv}",
                ),
                "needs.capability" if capable else "capabilities.capability, needs.capability",
            )
        )
    else:
        found.append(
            Answer(
                "missing",
                "undecided",
                say(
                    "no clusters with capabilities or industries are known",
                    "inga kluster med förmågor eller branscher är kända",
                ),
                "memberships.cluster, capabilities.capability",
            )
        )
    if clustered and linked:
        state = "answered" if years else "partial"
        found.append(
            Answer(
                "partners",
                state,
                say(
                    "past links tell who is near whom"
                    + ("" if years else "; without years nothing can be back-tested"),
                    "tidigare länkar visar vem som är nära vem"
                    + ("" if years else "; utan årtal kan inget prövas i efterhand"),
                ),
                "" if years else "links.year",
            )
        )
    elif clustered and (capable or industry):
        found.append(
            Answer(
                "partners",
                "partial",
                say(
                    "what members do tells who could complete whom; no history tells how likely a link is",
                    "vad medlemmar gör visar vem som kan komplettera vem; ingen historik visar hur sannolik en länk är",
                ),
                "links.source, links.year",
            )
        )
    else:
        found.append(
            Answer(
                "partners",
                "undecided",
                say(
                    "neither clusters with links nor capabilities are known",
                    "varken kluster med länkar eller förmågor är kända",
                ),
                "memberships.cluster, links.source",
            )
        )
    if supply and sizes:
        found.append(
            Answer(
                "what_if",
                "partial",
                say(
                    "supply links are known; which inputs are essential is not",
                    "leveranslänkar är kända, men inte vilka insatser som är nödvändiga",
                ),
                "needs.value",
            )
        )
    elif industry and sizes and io_table(data) is not None:
        found.append(
            Answer(
                "what_if",
                "partial",
                say(
                    "which industries supply which is inferred; who supplies whom is not known",
                    "vilka branscher som levererar till vilka är antaget; vem som levererar till "
                    "vem är inte känt",
                ),
                "links.kind = supply",
            )
        )
    else:
        found.append(
            Answer(
                "what_if",
                "undecided",
                say("who supplies whom is not known", "vem som levererar till vem är inte känt"),
                "links.kind = supply",
            )
        )
    return found
