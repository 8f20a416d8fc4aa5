"""The wordings of the sections about value chains and shocks."""

from __future__ import annotations

CHAIN_TEXTS: dict[str, dict[str, str]] = {
    "chain.title": {"en": "Place in the value chain", "sv": "Plats i värdekedjan"},
    "chain.lead.flows": {
        "en": "How many steps lie between a member’s industry and the final buyer, by what "
        "industries sell to each other ({source}). 1 sells to final buyers only. It places the "
        "industry, not the company.",
        "sv": "Hur många steg som ligger mellan medlemmens bransch och den slutliga köparen, efter "
        "vad branscher säljer till varandra ({source}). 1 säljer bara till slutliga köpare. Det "
        "placerar branschen, inte företaget.",
    },
    "chain.lead.links": {
        "en": "Levels from the supply links: a supplier stands about one level below its buyer, 0 "
        "is the first in the chain. Companies are counted by half levels.",
        "sv": "Nivåer ur leveranslänkarna: en leverantör står ungefär en nivå under sin köpare, 0 "
        "är först i kedjan. Företagen räknas per halv nivå.",
    },
    "chain.undecided": {"en": "Not decided: {why}", "sv": "Inte avgjort: {why}"},
    "chain.decides": {
        "en": "What would decide it: {column}.",
        "sv": "Det som skulle avgöra: {column}.",
    },
    "chain.chart.focus": {
        "en": "{focus} stands between {low} and {high}",
        "sv": "{focus} står mellan {low} och {high}",
    },
    "chain.chart.all": {
        "en": "The clusters stand between {low} and {high}",
        "sv": "Klustren står mellan {low} och {high}",
    },
    "chain.axis.flows": {"en": "steps to the final buyer", "sv": "steg till den slutliga köparen"},
    "chain.axis.links": {"en": "level, 0 is first in the chain", "sv": "nivå, 0 är först i kedjan"},
    "chain.stage.one": {
        "en": "{cluster}: {stage}, {level}, 1 company",
        "sv": "{cluster}: {stage}, {level}, 1 företag",
    },
    "chain.stage.many": {
        "en": "{cluster}: {stage}, {level}, {n} companies",
        "sv": "{cluster}: {stage}, {level}, {n} företag",
    },
    "chain.others": {"en": "other clusters", "sv": "andra kluster"},
    "chain.note": {
        "en": "The larger the circle, the more companies.",
        "sv": "Ju större cirkel, desto fler företag.",
    },
    "chain.all": {"en": "All companies", "sv": "Alla företag"},
    "col.stage": {"en": "Industry", "sv": "Bransch"},
    "col.level": {"en": "Level", "sv": "Nivå"},
    "col.steps": {"en": "Steps to the final buyer", "sv": "Steg till den slutliga köparen"},
    "shock.title": {
        "en": "What breaks if one falls out",
        "sv": "Vad som brister om någon faller bort",
    },
    "shock.lead.links": {
        "en": "The share of the network’s output that is lost when the company alone fails, itself "
        "included: through its buyers, who lack its goods, and through its suppliers, who lose "
        "their sales. Nobody takes its place, and stocks do not count, so these are upper figures.",
        "sv": "Den andel av nätverkets produktion som går förlorad när företaget ensamt faller "
        "bort, det självt inräknat: genom köparna, som saknar varorna, och genom leverantörerna, "
        "som mister sin försäljning. Ingen tar dess plats och lager räknas inte, så detta är övre "
        "siffror.",
    },
    "shock.lead.inferred": {
        "en": "No supply links are known. These pairs of industries are inferred from what members "
        "do, how large they are and {source}: a guess to start a talk from, no fact. A table of "
        "another country gets only half to two thirds of an industry’s main suppliers right.",
        "sv": "Inga leveranslänkar är kända. De här paren av branscher är antagna efter vad "
        "medlemmarna gör, hur stora de är och {source}: en gissning att börja ett samtal med, inget "
        "faktum. En tabell från ett annat land har bara rätt om hälften till två tredjedelar av en "
        "branschs viktigaste leverantörer.",
    },
    "shock.lead.given": {
        "en": "No supply links are known but those that the data mark as inferred. They are counted "
        "by industry: a guess to start a talk from, no fact.",
        "sv": "Inga leveranslänkar är kända utom de som uppgifterna märker som antagna. De räknas "
        "per bransch: en gissning att börja ett samtal med, inget faktum.",
    },
    "shock.likely": {
        "en": "The most probable inferred links by company, shown because names were asked for. "
        "They are for internal use: no one has confirmed any of them.",
        "sv": "De mest sannolika antagna länkarna per företag, visade för att namn begärdes. De är "
        "för internt bruk: ingen av dem är bekräftad.",
    },
    "shock.single": {
        "en": "Members get {share} of their inputs from a single supplier (mean of {n} companies).",
        "sv": "Medlemmarna får {share} av sina insatsvaror från en enda leverantör (medel av {n} "
        "företag).",
    },
    "shock.withheld": {
        "en": "Named dependencies and inferred links are not shown in this edition.",
        "sv": "Namngivna beroenden och antagna länkar visas inte i den här utgåvan.",
    },
    "shock.inferred": {"en": "inferred", "sv": "antagen"},
    "col.loss": {"en": "Lost output", "sv": "Förlorad produktion"},
    "col.downstream": {"en": "through buyers", "sv": "genom köpare"},
    "col.upstream": {"en": "through suppliers", "sv": "genom leverantörer"},
    "col.seller": {"en": "Selling industry", "sv": "Säljande bransch"},
    "col.buyer": {"en": "Members’ industry", "sv": "Medlemmarnas bransch"},
    "col.links": {"en": "Expected links", "sv": "Väntade länkar"},
    "col.probability": {"en": "Mean probability", "sv": "Medelsannolikhet"},
    "col.likely_seller": {"en": "May sell", "sv": "Kan sälja"},
    "col.likely_buyer": {"en": "May buy", "sv": "Kan köpa"},
    "col.chance": {"en": "Probability", "sv": "Sannolikhet"},
    "col.sellers": {"en": "Sellers in the data", "sv": "Säljare i uppgifterna"},
}
