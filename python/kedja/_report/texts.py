"""Every wording of the report, in English and Swedish, by key.

Plain words for someone who runs a cluster and has no statistics. `{n}` is a number already written
for the language. Keys that end in `.one` and `.many` are used through `plural`.
"""

from __future__ import annotations

from .texts_chain import CHAIN_TEXTS
from .texts_charts import CHART_TEXTS
from .wording import number

PAGE_TEXTS: dict[str, dict[str, str]] = {
    "skip": {"en": "Skip to the content", "sv": "Hoppa till innehållet"},
    "kicker": {"en": "Value chain report", "sv": "Värdekedjerapport"},
    "as_of": {"en": "Data as of {as_of}", "sv": "Uppgifterna gäller {as_of}"},
    "invented": {
        "en": "Invented data: no company, person or place here is real.",
        "sv": "Påhittade uppgifter: inget företag, ingen person och ingen plats är verklig.",
    },
    "invented.short": {"en": "Invented data", "sv": "Påhittade uppgifter"},
    "audience.internal": {"en": "Internal", "sv": "Intern"},
    "audience.members": {"en": "For members", "sv": "För medlemmar"},
    "audience.public": {"en": "Public", "sv": "Offentlig"},
    "audience.internal.long": {
        "en": "This edition is for the cluster's own office: it names companies that others depend "
        "on. Do not pass it on.",
        "sv": "Den här utgåvan är för klustrets eget kansli: den namnger företag som andra är "
        "beroende av. Sprid den inte vidare.",
    },
    "audience.members.long": {
        "en": "This edition is for the cluster's members. Named dependencies, inferred links and "
        "figures that rest on fewer than three companies are left out.",
        "sv": "Den här utgåvan är för klustrets medlemmar. Namngivna beroenden, antagna länkar och "
        "siffror som vilar på färre än tre företag är utelämnade.",
    },
    "audience.public.long": {
        "en": "This edition is public. Named dependencies, inferred links and figures that rest on "
        "fewer than three companies are left out.",
        "sv": "Den här utgåvan är offentlig. Namngivna beroenden, antagna länkar och siffror som "
        "vilar på färre än tre företag är utelämnade.",
    },
    "members": {"en": "{n} members", "sv": "{n} medlemmar"},
    "withheld": {"en": "fewer than 3", "sv": "färre än 3"},
    "none": {"en": "–", "sv": "–"},
    "nav": {"en": "On this page", "sv": "På den här sidan"},
    "more": {"en": "and {n} more", "sv": "och {n} till"},
    # First screen
    "lead.title": {"en": "The three gaps that matter most", "sv": "De tre viktigaste luckorna"},
    "lead.title.fewer": {"en": "The gaps that matter most", "sv": "De viktigaste luckorna"},
    "lead.none": {
        "en": "No gap can be told from these data. The table of questions below says which column "
        "would change that.",
        "sv": "Uppgifterna räcker inte för att peka ut någon lucka. Tabellen över frågor längre "
        "ner visar vilken kolumn som skulle ändra på det.",
    },
    "head.capability": {
        "en": "{item} is missing or scarce.",
        "sv": "{item} saknas eller är ovanligt.",
    },
    "head.complementarity": {
        "en": "{item} has what is needed, and there are no ties yet.",
        "sv": "{item} har det som behövs, och kontakter saknas.",
    },
    "head.tie_deficit": {"en": "Too few ties with {item}.", "sv": "För få kontakter med {item}."},
    "head.fragility": {"en": "The chain hangs on {item}.", "sv": "Kedjan hänger på {item}."},
    "head.reach": {
        "en": "Fewer ties reach {item} than expected.",
        "sv": "Färre kontakter än väntat når {item}.",
    },
    "head.chain": {
        "en": "Members and their partners cover little of the value chain.",
        "sv": "Medlemmarna och deras partner täcker lite av värdekedjan.",
    },
    "head.coverage": {"en": "{item} is not covered.", "sv": "{item} är inte täckt."},
    "whole.capability": {
        "en": "Capabilities the chain needs are missing.",
        "sv": "Förmågor som kedjan behöver saknas.",
    },
    "whole.complementarity": {
        "en": "Needs are not met by today’s ties.",
        "sv": "Behov täcks inte av dagens kontakter.",
    },
    "whole.tie_deficit": {
        "en": "There are too few ties with useful clusters.",
        "sv": "Kontakterna med användbara kluster är för få.",
    },
    "whole.fragility": {
        "en": "The chain hangs on single suppliers.",
        "sv": "Kedjan hänger på enskilda leverantörer.",
    },
    "whole.reach": {"en": "Ties reach few regions.", "sv": "Kontakterna når få regioner."},
    "whole.coverage": {
        "en": "Green, digital or skills requirements are not covered.",
        "sv": "Gröna, digitala eller kompetenskrav är inte täckta.",
    },
    "fill.place": {
        "en": "{filler} ({place}) could fill it.",
        "sv": "{filler} ({place}) kan fylla den.",
    },
    "fill": {"en": "{filler} could fill it.", "sv": "{filler} kan fylla den."},
    "way.place": {
        "en": "{filler} ({place}) could be the way in.",
        "sv": "{filler} ({place}) kan vara vägen in.",
    },
    "way": {"en": "{filler} could be the way in.", "sv": "{filler} kan vara vägen in."},
    "fill.none": {
        "en": "No named organisation in the data clearly fills it.",
        "sv": "Ingen namngiven organisation i uppgifterna fyller den tydligt.",
    },
    "fill.withheld": {
        "en": "Who could fill it is not shown in this edition.",
        "sv": "Vem som kan fylla den visas inte i den här utgåvan.",
    },
    "sure.strong": {"en": "Strong evidence", "sv": "Starkt underlag"},
    "sure.moderate": {"en": "Moderate evidence", "sv": "Måttligt underlag"},
    "sure.weak": {"en": "Weak evidence", "sv": "Svagt underlag"},
    "sure.strong.why": {
        "en": "clearly more than random clusters of the same size show",
        "sv": "klart mer än slumpvisa kluster av samma storlek visar",
    },
    "sure.moderate.why": {
        "en": "probably more than random clusters of the same size show",
        "sv": "troligen mer än slumpvisa kluster av samma storlek visar",
    },
    "sure.weak.why": {
        "en": "not distinguishable from chance with these data",
        "sv": "går inte att skilja från slumpen med dessa uppgifter",
    },
    "sure.rule": {"en": "What decides the word", "sv": "Vad som avgör ordet"},
    "sure.rule.strong": {
        "en": "Strong: the data are observed, and the whole uncertainty band of the gap lies above "
        "the range that holds 95 in 100 random clusters of the same size and tie count.",
        "sv": "Starkt: uppgifterna är observerade, och hela osäkerhetsbandet för luckan ligger "
        "över det intervall där 95 av 100 slumpvisa kluster av samma storlek och antal kontakter "
        "hamnar.",
    },
    "sure.rule.moderate": {
        "en": "Moderate: the estimate lies above that range but its band does not, or the data "
        "are inferred.",
        "sv": "Måttligt: skattningen ligger över intervallet men inte hela bandet, eller "
        "uppgifterna är antagna.",
    },
    "sure.rule.weak": {
        "en": "Weak: the estimate lies inside that range, a test finds nothing, or there is "
        "nothing to compare with.",
        "sv": "Svagt: skattningen ligger inom intervallet, ett test finner inget, eller det saknas "
        "något att jämföra med.",
    },
    "sure.rule.order": {
        "en": "The three are the surest, then the largest; each is of another kind where there "
        "are enough kinds. A single item without a comparison of its own is as sure as its "
        "kind as a whole. The word is about the gap, not about the organisation that could "
        "fill it.",
        "sv": "De tre är de säkraste och därefter de största; var och en är av sitt slag så långt "
        "slagen räcker. En enskild post utan egen jämförelse är lika säker som sitt slag "
        "som helhet. Ordet gäller luckan, inte organisationen som kan fylla den.",
    },
    # Sections
    "gaps.title": {"en": "What is missing", "sv": "Vad som saknas"},
    "gaps.lead": {
        "en": "Six kinds of gap, each from 0% (nothing is missing) to 100% (everything is "
        "missing). A gap counts when it is larger than in random clusters of the same size.",
        "sv": "Sex slags luckor, var och en från 0 % (inget saknas) till 100 % (allt saknas). En "
        "lucka räknas när den är större än i slumpvisa kluster av samma storlek.",
    },
    "gaps.none": {"en": "No gap could be computed.", "sv": "Ingen lucka kunde beräknas."},
    "partners.title": {"en": "Who could fill the gaps", "sv": "Vem som kan fylla luckorna"},
    "partners.lead": {
        "en": "Suggested new contacts, best first, with the reasons. A suggestion is a place to "
        "start a conversation, not a verdict. Only organisations with a name are listed.",
        "sv": "Föreslagna nya kontakter, de bästa först, med skälen. Ett förslag är en början på "
        "ett samtal, ingen dom. Bara organisationer med namn tas upp.",
    },
    "overview.title": {"en": "All clusters together", "sv": "Alla kluster tillsammans"},
    "overview.lead": {
        "en": "Every cluster’s gaps side by side, from 0% to 100%. A missing capability counts when "
        "it is larger than in random clusters of the same size.",
        "sv": "Varje klusters luckor sida vid sida, från 0 % till 100 %. En saknad förmåga räknas "
        "när den är större än i slumpvisa kluster av samma storlek.",
    },
    "overview.ties": {
        "en": "{pairs} pairs of clusters were compared with chance: {more} have more ties, {fewer} "
        "have fewer, the rest could be chance (false discovery rate 5%).",
        "sv": "{pairs} klusterpar jämfördes med slumpen: {more} har fler kontakter, {fewer} har "
        "färre, resten kan vara slump (andel falska fynd 5 %).",
    },
    "overview.strongest": {
        "en": "Tied more than chance explains",
        "sv": "Fler kontakter än slumpen förklarar",
    },
    "overview.weakest": {
        "en": "Tied less than chance explains",
        "sv": "Färre kontakter än slumpen förklarar",
    },
    "col.companies": {"en": "Companies", "sv": "Företag"},
    "col.missing": {"en": "Lacks most", "sv": "Saknar mest"},
    "col.strong_in": {"en": "Strong in it", "sv": "Starkt på det"},
    "ties.title": {"en": "Ties between clusters", "sv": "Kontakter mellan kluster"},
    "ties.lead": {
        "en": "Each square compares the ties between two clusters with what chance would give "
        "clusters as active as these. Orange is fewer, blue is more; a − or + marks what is "
        "too much to be chance.",
        "sv": "Varje ruta jämför kontakterna mellan två kluster med vad slumpen skulle ge lika "
        "aktiva kluster. Orange är färre, blått är fler; − eller + markerar det som är för "
        "mycket för att vara slump.",
    },
    "regions.title": {"en": "Where the ties reach", "sv": "Vart kontakterna når"},
    "regions.lead": {
        "en": "Ties by region. Every region is one square of the same size, laid out roughly as on "
        "a map.",
        "sv": "Kontakter per region. Varje region är en lika stor ruta, ungefär placerad som på en "
        "karta.",
    },
    "central.title": {"en": "Who holds the chain together", "sv": "Vem som håller ihop kedjan"},
    "central.lead": {
        "en": "Organisations that many connections pass through, by several measures. Being "
        "central is neither good nor bad: it says whom to ask, and whom the chain would miss.",
        "sv": "Organisationer som många kontakter går genom, enligt flera mått. Att vara central "
        "är varken bra eller dåligt: det visar vem man kan fråga, och vem kedjan skulle sakna.",
    },
    "brokers.title": {"en": "Brokers between clusters", "sv": "Förmedlare mellan kluster"},
    "brokers.lead": {
        "en": "How often an organisation stands between two others that do not deal directly, by "
        "whose clusters the three belong to.",
        "sv": "Hur ofta en organisation står mellan två andra som inte har direkt kontakt, efter "
        "vilka kluster de tre tillhör.",
    },
    "answers.title": {"en": "What these data can answer", "sv": "Vad uppgifterna kan svara på"},
    "answers.lead": {
        "en": "Five questions, and the column that would decide the open ones.",
        "sv": "Fem frågor, och vilken kolumn som skulle avgöra de öppna.",
    },
    "data.title": {"en": "What the data are, and are not", "sv": "Vad uppgifterna är, och inte är"},
    "data.lead": {
        "en": "Read this before you quote a number.",
        "sv": "Läs det här innan du citerar en siffra.",
    },
    "caveats.title": {"en": "What the data are not", "sv": "Vad uppgifterna inte är"},
    "sources.title": {"en": "Sources and licences", "sv": "Källor och licenser"},
    "loaded.title": {"en": "What was loaded", "sv": "Vad som lästes in"},
    "problems.title": {"en": "Problems found at the door", "sv": "Problem vid inläsningen"},
    "problems.none": {"en": "No problem was found.", "sv": "Inga problem hittades."},
    "personal.masked": {
        "en": "Personal identity numbers are masked.",
        "sv": "Personnummer är dolda.",
    },
    "personal.shown": {
        "en": "Personal identity numbers are shown, as asked for.",
        "sv": "Personnummer visas, på begäran.",
    },
    "made.title": {"en": "How these numbers were made", "sv": "Så togs siffrorna fram"},
    "footer": {
        "en": "Made by Kedja {version}. This page is one file, loads nothing and sends nothing.",
        "sv": "Gjord av Kedja {version}. Sidan är en enda fil, hämtar inget och skickar inget.",
    },
    "footer.data": {
        "en": "Everything shown here is also in the page as JSON, in the element “report-data”.",
        "sv": "Allt som visas finns också som JSON i sidan, i elementet ”report-data”.",
    },
    # Columns and details
    "col.item": {"en": "What is missing", "sv": "Vad som saknas"},
    "col.cluster": {"en": "Cluster", "sv": "Kluster"},
    "col.kind": {"en": "Kind of gap", "sv": "Slags lucka"},
    "col.gap": {"en": "Gap", "sv": "Lucka"},
    "col.band": {"en": "Between", "sv": "Mellan"},
    "col.filler": {"en": "Who could fill it", "sv": "Vem som kan fylla den"},
    "col.sure": {"en": "How sure", "sv": "Hur säkert"},
    "col.rank": {"en": "Rank", "sv": "Plats"},
    "col.source": {"en": "In the cluster", "sv": "I klustret"},
    "col.source.all": {"en": "From", "sv": "Från"},
    "col.target": {"en": "Suggested partner", "sv": "Föreslagen partner"},
    "backtest.title": {
        "en": "How such suggestions did before",
        "sv": "Hur sådana förslag stod sig tidigare",
    },
    "backtest.lead": {
        "en": "Right order: how often of two pairs of equally active companies, one that then met "
        "and one that did not, the one that met came first (0.5 is chance). Average precision: "
        "among pairs of which one in six met. Met: the share of the ten best per company, without "
        "regard to how active the partners are.",
        "sv": "Rätt ordning: hur ofta av två par med lika aktiva företag, ett som sedan möttes och "
        "ett som inte gjorde det, paret som möttes kom först (0,5 är slumpen). Medelprecision: "
        "bland par av vilka ett av sex möttes. Möttes: andelen av de tio bästa per företag, utan "
        "hänsyn till hur aktiva partnerna är.",
    },
    "rule.model": {"en": "This model", "sv": "Den här modellen"},
    "rule.recency": {
        "en": "Shared partners of the last year",
        "sv": "Gemensamma partner det senaste året",
    },
    "rule.preferential_attachment": {"en": "The busiest first", "sv": "De mest aktiva först"},
    "rule.common_neighbours": {"en": "Most shared partners", "sv": "Flest gemensamma partner"},
    "rule.adamic_adar": {
        "en": "Shared partners with few others (Adamic-Adar)",
        "sv": "Gemensamma partner med få andra (Adamic-Adar)",
    },
    "rule.placebo": {
        "en": "This model, fields, places and names dealt out anew",
        "sv": "Den här modellen, fält, platser och namn omfördelade",
    },
    "col.ordered": {"en": "Ordered by", "sv": "Ordnat efter"},
    "col.auc": {"en": "Right order", "sv": "Rätt ordning"},
    "col.auc.inter": {"en": "Between clusters", "sv": "Mellan kluster"},
    "col.ap": {"en": "Average precision", "sv": "Medelprecision"},
    "col.hits": {"en": "Met", "sv": "Möttes"},
    "col.place": {"en": "Where", "sv": "Var"},
    "col.score": {"en": "Score", "sv": "Poäng"},
    "col.reasons": {"en": "Why", "sv": "Varför"},
    "col.a": {"en": "Cluster A", "sv": "Kluster A"},
    "col.b": {"en": "Cluster B", "sv": "Kluster B"},
    "col.observed": {"en": "Ties", "sv": "Kontakter"},
    "col.expected": {"en": "By chance", "sv": "Av slump"},
    "col.z": {"en": "z", "sv": "z"},
    "col.q": {"en": "q", "sv": "q"},
    "col.reading": {"en": "Reading", "sv": "Tolkning"},
    "col.region": {"en": "Region", "sv": "Region"},
    "col.country": {"en": "Country", "sv": "Land"},
    "col.ties": {"en": "Ties", "sv": "Kontakter"},
    "col.name": {"en": "Organisation", "sv": "Organisation"},
    "col.total": {"en": "All", "sv": "Alla"},
    "col.question": {"en": "Question", "sv": "Fråga"},
    "col.state": {"en": "Answer", "sv": "Svar"},
    "col.why": {"en": "Why", "sv": "Varför"},
    "col.decides": {"en": "Would be decided by", "sv": "Skulle avgöras av"},
    "col.table": {"en": "Table", "sv": "Tabell"},
    "col.file": {"en": "File", "sv": "Fil"},
    "col.rows": {"en": "Rows", "sv": "Rader"},
    "col.severity": {"en": "How bad", "sv": "Allvar"},
    "col.row": {"en": "Row", "sv": "Rad"},
    "col.column": {"en": "Column", "sv": "Kolumn"},
    "col.value": {"en": "Value", "sv": "Värde"},
    "col.rule": {"en": "Rule", "sv": "Regel"},
    "col.action": {"en": "What was done", "sv": "Vad som gjordes"},
    "col.count": {"en": "Times", "sv": "Antal"},
    "detail.open": {"en": "Evidence and calculation", "sv": "Underlag och beräkning"},
    "detail.evidence": {"en": "Evidence", "sv": "Underlag"},
    "detail.formula": {"en": "Calculation", "sv": "Beräkning"},
    "detail.drivers": {"en": "What drives it", "sv": "Vad som driver den"},
    "detail.random": {"en": "Random clusters", "sv": "Slumpvisa kluster"},
    "detail.random.text": {
        "en": "95 in 100 of the same size lie between {low} and {high}.",
        "sv": "95 av 100 av samma storlek ligger mellan {low} och {high}.",
    },
    "detail.status": {"en": "Note", "sv": "Anmärkning"},
    "detail.warning": {"en": "Note", "sv": "Obs"},
    "whole": {"en": "All together", "sv": "Allt sammantaget"},
    "pairs.help": {
        "en": "z: how far the ties are from chance, in standard deviations. q: the share of "
        "findings as clear as this one that would be false alarms.",
        "sv": "z: hur långt från slumpen kontakterna ligger, i standardavvikelser. q: andelen lika "
        "tydliga fynd som skulle vara falska larm.",
    },
    "pairs.title": {"en": "The same pairs as a table", "sv": "Samma par som tabell"},
    "regions.table": {"en": "The same regions as a table", "sv": "Samma regioner som tabell"},
    "seed": {"en": "seed {n}", "sv": "frö {n}"},
    "checksum": {"en": "graph {checksum}", "sv": "graf {checksum}"},
    "version": {"en": "version {version}", "sv": "version {version}"},
    "filter.label": {"en": "Filter the table", "sv": "Filtrera tabellen"},
    "filter.hint": {"en": "Type to filter", "sv": "Skriv för att filtrera"},
    "filter.count": {"en": "{shown} of {all} rows", "sv": "{shown} av {all} rader"},
    "scroll": {"en": "{what}, scrolls sideways", "sv": "{what}, går att rulla i sidled"},
    # Closed words of the contract
    "measure.capability": {"en": "Missing capabilities", "sv": "Förmågor som saknas"},
    "measure.complementarity": {"en": "Unmet needs", "sv": "Behov som inte möts"},
    "measure.tie_deficit": {
        "en": "Missing ties between clusters",
        "sv": "Kontakter som saknas mellan kluster",
    },
    "measure.fragility": {"en": "Fragile dependencies", "sv": "Sköra beroenden"},
    "measure.reach": {"en": "Narrow reach", "sv": "Smal räckvidd"},
    "measure.coverage": {"en": "Green, digital and skills", "sv": "Grönt, digitalt och kompetens"},
    "question.hold_together": {
        "en": "Who holds the chain together?",
        "sv": "Vem håller ihop kedjan?",
    },
    "question.position": {
        "en": "Where in the value chain does each stand?",
        "sv": "Var i värdekedjan står var och en?",
    },
    "question.missing": {"en": "What is missing?", "sv": "Vad saknas?"},
    "question.partners": {
        "en": "Who should link with whom?",
        "sv": "Vem borde knyta kontakt med vem?",
    },
    "question.what_if": {
        "en": "What if a company or region falls out?",
        "sv": "Vad händer om ett företag eller en region faller bort?",
    },
    "state.answered": {"en": "Answered", "sv": "Besvarad"},
    "state.partial": {"en": "In part", "sv": "Delvis"},
    "state.undecided": {"en": "Undecided", "sv": "Oavgjord"},
    "severity.error": {"en": "Error", "sv": "Fel"},
    "severity.warning": {"en": "Warning", "sv": "Varning"},
    "severity.info": {"en": "Note", "sv": "Upplysning"},
    "status.isolated": {"en": "no links of the kind needed", "sv": "inga länkar av rätt slag"},
    "status.undefined": {"en": "not defined here", "sv": "inte definierat här"},
    "status.no_group": {"en": "in no cluster", "sv": "i inget kluster"},
    "status.no_data": {"en": "no data", "sv": "uppgifter saknas"},
    "status.too_small": {"en": "too few to say", "sv": "för få för att säga"},
    "status.not_converged": {
        "en": "the calculation did not settle",
        "sv": "beräkningen blev inte klar",
    },
    "status.not_significant": {"en": "not more than chance", "sv": "inte mer än slump"},
    "status.undecided": {"en": "undecided", "sv": "oavgjort"},
    "status.inferred": {"en": "rests on inferred data", "sv": "vilar på antagna uppgifter"},
    "role.coordinator": {"en": "Inside one cluster", "sv": "Inom ett kluster"},
    "role.itinerant": {"en": "Outsider within one", "sv": "Utomstående i ett"},
    "role.representative": {"en": "Speaks outward", "sv": "Talar utåt"},
    "role.gatekeeper": {"en": "Lets in", "sv": "Släpper in"},
    "role.liaison": {"en": "Between others", "sv": "Mellan andra"},
}

TEXTS: dict[str, dict[str, str]] = PAGE_TEXTS | CHAIN_TEXTS | CHART_TEXTS


def text(key: str, lang: str, /, **values: object) -> str:
    """The wording of a key in one language, with its values put in."""
    wording = TEXTS[key][lang]
    return wording.format(**values) if values else wording


def plural(key: str, n: float, lang: str, /, **values: object) -> str:
    """The wording for `n` of something: `key.none` for 0 where there is one, `.one`, `.many`."""
    ending = "one" if n == 1 else "many"
    if n == 0 and f"{key}.none" in TEXTS:
        ending = "none"
    return text(f"{key}.{ending}", lang, n=number(n, lang), **values)
