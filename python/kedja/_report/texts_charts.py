"""The wordings of the charts: titles as sentences, legends, text alternatives."""

from __future__ import annotations

CHART_TEXTS: dict[str, dict[str, str]] = {
    "heat.title.focus.none": {
        "en": "{focus} is not clearly short of ties with any of the {all} other clusters shown",
        "sv": "{focus} har inte tydligt för få kontakter med något av de {all} andra klustren",
    },
    "heat.title.focus.one": {
        "en": "{focus} has fewer ties than chance would give with 1 of the {all} other clusters",
        "sv": "{focus} har färre kontakter än slumpen skulle ge med 1 av de {all} andra klustren",
    },
    "heat.title.focus.many": {
        "en": "{focus} has fewer ties than chance would give with {n} of the {all} other clusters",
        "sv": "{focus} har färre kontakter än slumpen skulle ge med {n} av de {all} andra klustren",
    },
    "heat.title.all.none": {
        "en": "None of the {all} pairs of clusters is clearly short of ties",
        "sv": "Inget av de {all} paren av kluster har tydligt för få kontakter",
    },
    "heat.title.all.one": {
        "en": "1 of {all} pairs of clusters has fewer ties than chance would give",
        "sv": "1 av {all} par av kluster har färre kontakter än slumpen skulle ge",
    },
    "heat.title.all.many": {
        "en": "{n} of {all} pairs of clusters have fewer ties than chance would give",
        "sv": "{n} av {all} par av kluster har färre kontakter än slumpen skulle ge",
    },
    "heat.cell.fewer": {
        "en": "{a} – {b}: {observed} ties, {expected} by chance: too few to be chance",
        "sv": "{a} – {b}: {observed} kontakter, {expected} av slump: för få för att vara slump",
    },
    "heat.cell.chance": {
        "en": "{a} – {b}: {observed} ties, {expected} by chance: could be chance",
        "sv": "{a} – {b}: {observed} kontakter, {expected} av slump: kan vara slump",
    },
    "heat.cell.more": {
        "en": "{a} – {b}: {observed} ties, {expected} by chance: too many to be chance",
        "sv": "{a} – {b}: {observed} kontakter, {expected} av slump: för många för att vara slump",
    },
    "heat.cell.none": {"en": "{a} – {b}: nothing to compare", "sv": "{a} – {b}: inget att jämföra"},
    "heat.cell.withheld": {
        "en": "{a} – {b}: rests on fewer than 3 companies",
        "sv": "{a} – {b}: vilar på färre än 3 företag",
    },
    "heat.reading.-1": {"en": "too few", "sv": "för få"},
    "heat.reading.0": {"en": "could be chance", "sv": "kan vara slump"},
    "heat.reading.1": {"en": "more than chance", "sv": "fler än slump"},
    "heat.legend.-3": {"en": "under ¼ of chance", "sv": "under ¼ av slump"},
    "heat.legend.-2": {"en": "¼ to ½", "sv": "¼ till ½"},
    "heat.legend.-1": {"en": "½ to ¾", "sv": "½ till ¾"},
    "heat.legend.0": {"en": "about as by chance", "sv": "ungefär som slump"},
    "heat.legend.1": {"en": "up to 2 times", "sv": "upp till 2 gånger"},
    "heat.legend.2": {"en": "2 to 4 times", "sv": "2 till 4 gånger"},
    "heat.legend.3": {"en": "over 4 times", "sv": "över 4 gånger"},
    "heat.legend.less": {"en": "clearly fewer", "sv": "tydligt färre"},
    "heat.legend.plus": {"en": "clearly more", "sv": "tydligt fler"},
    "heat.help": {
        "en": "Point at a square, or move with the arrow keys, to read it.",
        "sv": "Peka på en ruta, eller gå med piltangenterna, för att läsa den.",
    },
    "profile.title.none": {
        "en": "Measured gaps: {all}. None is larger than in random clusters of the same size",
        "sv": "Mätta luckor: {all}. Ingen är större än i slumpvisa kluster av samma storlek",
    },
    "profile.title.one": {
        "en": "1 of {all} measured gaps is larger than in random clusters of the same size",
        "sv": "1 av {all} mätta luckor är större än i slumpvisa kluster av samma storlek",
    },
    "profile.title.many": {
        "en": "{n} of {all} measured gaps are larger than in random clusters of the same size",
        "sv": "{n} av {all} mätta luckor är större än i slumpvisa kluster av samma storlek",
    },
    "profile.row": {
        "en": "{name}: {gap}; random clusters {low} to {high}.",
        "sv": "{name}: {gap}; slumpvisa kluster {low} till {high}.",
    },
    "profile.random": {"en": "95 in 100 random clusters", "sv": "95 av 100 slumpvisa kluster"},
    "profile.none": {
        "en": "cannot be told from these data",
        "sv": "går inte att säga med dessa uppgifter",
    },
    "profile.zero": {"en": "0% nothing missing", "sv": "0 % inget saknas"},
    "profile.full": {"en": "100% all missing", "sv": "100 % allt saknas"},
    "profile.legend.dot": {"en": "this cluster, more than random", "sv": "klustret, mer än slump"},
    "profile.legend.open": {"en": "this cluster, as random", "sv": "klustret, som slump"},
    "profile.legend.band": {"en": "uncertainty", "sv": "osäkerhet"},
    "profile.legend.random": {
        "en": "95 in 100 random clusters of the same size",
        "sv": "95 av 100 slumpvisa kluster av samma storlek",
    },
    "map.title.many": {
        "en": "Ties reach {n} of {all} regions; {share}% of those outside the home region are in "
        "{country}",
        "sv": "Kontakterna når {n} av {all} regioner; {share} % av dem utanför hemregionen finns i "
        "{country}",
    },
    "map.title.one": {
        "en": "Ties reach 1 of {all} regions, in {country}",
        "sv": "Kontakterna når 1 av {all} regioner, i {country}",
    },
    "map.title.few.one": {
        "en": "Ties stay in 1 of {all} regions",
        "sv": "Kontakterna stannar i 1 av {all} regioner",
    },
    "map.title.few.many": {
        "en": "Ties reach {n} of {all} regions, none outside the home region",
        "sv": "Kontakterna når {n} av {all} regioner, ingen utanför hemregionen",
    },
    "map.legend.none": {"en": "no ties", "sv": "inga kontakter"},
    "map.legend.own": {"en": "home region", "sv": "hemregion"},
    "map.ties.none": {"en": "no ties", "sv": "inga kontakter"},
    "map.ties.one": {"en": "1 tie", "sv": "1 kontakt"},
    "map.ties.many": {"en": "{shown} ties", "sv": "{shown} kontakter"},
    "map.off.one": {
        "en": "1 region outside the map is in the table.",
        "sv": "1 region utanför kartan står i tabellen.",
    },
    "map.off.many": {
        "en": "{n} regions outside the map are in the table.",
        "sv": "{n} regioner utanför kartan står i tabellen.",
    },
    "network.title.none": {"en": "No new link is suggested", "sv": "Ingen ny kontakt föreslås"},
    "network.title.one": {
        "en": "1 suggested link to 1 organisation outside the cluster",
        "sv": "1 föreslagen kontakt med 1 organisation utanför klustret",
    },
    "network.title.many": {
        "en": "{n} suggested links to {partners} organisations outside the cluster",
        "sv": "{n} föreslagna kontakter med {partners} organisationer utanför klustret",
    },
    "network.member": {"en": "Members", "sv": "Medlemmar"},
    "network.between": {"en": "Know both", "sv": "Känner båda"},
    "network.partner": {"en": "Suggested partners", "sv": "Föreslagna partner"},
    "network.legend.suggested": {"en": "suggested", "sv": "föreslagen"},
    "network.legend.link": {"en": "link there is", "sv": "länk som finns"},
    "network.legend.inferred": {"en": "inferred link", "sv": "antagen länk"},
    "network.left_out.one": {
        "en": "1 more organisation is not drawn.",
        "sv": "1 organisation till är inte ritad.",
    },
    "network.left_out.many": {
        "en": "{n} more organisations are not drawn.",
        "sv": "{n} organisationer till är inte ritade.",
    },
}
