#!/usr/bin/env python3
"""Makes examples/data/nordic_demo: six invented Swedish clusters, one Excel list each.

    scripts/make_nordic_demo.py --out DIR

Everything is invented but the municipalities and the industry codes. Needs openpyxl; the
same version of it gives the same bytes (fixed seed, fixed dates, stored zip entries).
"""

from __future__ import annotations

import argparse
import datetime
import io
import os
import random
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from _tables import write_source, write_text

os.environ["OPENPYXL_LXML"] = "False"  # lxml spells the same XML in other bytes

from openpyxl import Workbook
from openpyxl.styles import Font

SEED = 20240229
MARK = "(påhittat)"
HEADINGS = ("Organisationsnummer", "Namn", "SNI", "Anställda", "Kommun", "Medlem i")
FIXED_DATE = datetime.datetime(2024, 1, 1)


@dataclass(frozen=True)
class Theme:
    file: str
    name: str
    size: int
    municipalities: tuple[str, ...]  # the first is drawn four times as often
    core: tuple[str, ...]  # SNI 2007, what the cluster is about: about two companies of three
    around: tuple[str, ...]  # machines, material, trade, transport and services around it


THEMES = (
    Theme(
        "stal_bergslagen", "Stålkretsen Bergslagen", 46,
        ("Borlänge", "Avesta", "Fagersta", "Hallstahammar", "Smedjebacken", "Norberg", "Ludvika",
         "Sandviken", "Hofors", "Karlskoga", "Degerfors", "Hällefors", "Lindesberg", "Örebro",
         "Filipstad", "Hagfors"),
        ("24100", "24200", "24310", "24340", "24510", "24520", "25110", "25500", "25610", "25620",
         "25620", "25620", "25730", "25990"),
        ("28410", "28910", "33120", "33200", "38320", "46720", "49410", "62010", "71122", "71200",
         "78200", "69201"),
    ),
    Theme(
        "fordon_vastra_gotaland", "Rörelsekraft Väst", 58,
        ("Göteborg", "Mölndal", "Trollhättan", "Vänersborg", "Borås", "Skövde", "Uddevalla",
         "Alingsås", "Lerum", "Härryda", "Kungälv", "Lidköping"),
        ("29200", "29310", "29310", "29320", "29320", "29320", "22290", "25620", "26110", "26120",
         "26510", "27200", "27900", "30990"),
        ("25730", "28290", "33200", "45201", "49410", "52290", "62010", "62010", "62020", "71122",
         "71122", "71200", "72190", "70220"),
    ),
    Theme(
        "livsmedel_skane", "Matriket Skåne", 52,
        ("Malmö", "Lund", "Helsingborg", "Kristianstad", "Landskrona", "Eslöv", "Ystad", "Sjöbo",
         "Simrishamn", "Tomelilla", "Höganäs", "Trelleborg", "Svalöv", "Kävlinge"),
        ("01110", "01133", "01410", "01471", "01500", "10130", "10200", "10320", "10390", "10511",
         "10519", "10710", "10840", "10850", "10890", "11050", "11070"),
        ("17210", "22220", "28930", "46310", "46380", "49410", "52100", "62010", "71200", "72110",
         "82920", "70220"),
    ),
    Theme(
        "skog_smaland", "Träkraft Småland", 44,
        ("Växjö", "Ljungby", "Alvesta", "Älmhult", "Vetlanda", "Nässjö", "Värnamo", "Tranås", "Eksjö",
         "Hultsfred", "Vimmerby", "Nybro", "Emmaboda", "Sävsjö", "Lessebo", "Uppvidinge"),
        ("02101", "02102", "02200", "16101", "16101", "16102", "16210", "16231", "16232", "16233",
         "16239", "16240", "31011", "31021", "31090"),
        ("20300", "25720", "28490", "33120", "35300", "43320", "46731", "49410", "62010", "71110",
         "74900"),
    ),
    Theme(
        "livsvetenskap_uppsala", "Livsvetenskap Uppsala", 38,
        ("Uppsala", "Knivsta", "Enköping", "Heby", "Tierp", "Östhammar", "Håbo", "Sigtuna"),
        ("21100", "21200", "21200", "26510", "26600", "32501", "72110", "72110", "72110", "72190",
         "86901"),
        ("20140", "20590", "22290", "46460", "58290", "62010", "62020", "63110", "70220", "71200",
         "74900"),
    ),
    Theme(
        "malm_energi_norrbotten", "Malm och energi Norr", 33,
        ("Luleå", "Boden", "Piteå", "Kiruna", "Gällivare", "Kalix", "Älvsbyn", "Jokkmokk", "Pajala",
         "Arvidsjaur", "Haparanda"),
        ("07100", "07290", "08110", "08120", "09900", "09900", "35110", "35110", "35130", "35140",
         "35300", "42220", "43120", "43130"),
        ("25290", "27110", "27120", "28920", "33120", "33140", "33200", "43210", "46630", "49410",
         "71124", "71200", "72190", "77320"),
    ),
)  # fmt: skip

# Pairs of clusters (positions in THEMES) that share a company.
PAIRS = ((0, 1), (0, 1), (0, 1), (0, 5), (0, 5), (1, 3), (2, 4), (2, 4), (3, 5), (2, 3))

# What a company in an industry calls itself; the longest beginning of the code counts.
WORDS = {
    "01": ("Lantbruk", "Gård"), "01133": ("Grönsaker",), "0141": ("Mjölk",), "0147": ("Ägg",),
    "02": ("Skog", "Skogsvård"), "07": ("Gruv", "Malm"), "08": ("Berg", "Grus"), "09": ("Gruvservice",),
    "10": ("Livsmedel", "Delikatess"), "101": ("Chark",), "102": ("Fisk",), "103": ("Frukt", "Bär"),
    "105": ("Mejeri", "Ost"), "107": ("Bageri",), "1084": ("Kryddor",), "11": ("Bryggeri",),
    "1107": ("Läsk", "Musteri"), "16": ("Trä", "Virke"), "161": ("Såg", "Hyvleri"),
    "1623": ("Snickeri", "Trähus"), "17": ("Wellpapp",), "20": ("Kemi",), "21": ("Läkemedel", "Pharma"),
    "22": ("Plast", "Polymer"), "24": ("Stål", "Metall"), "245": ("Gjuteri",), "25": ("Metallvaror",),
    "2511": ("Plåt",), "2529": ("Cistern",), "255": ("Smide", "Press"), "2561": ("Ytbehandling",),
    "2562": ("Mekaniska", "Legoteknik"), "257": ("Verktyg",), "26": ("Elektronik", "Sensor"),
    "266": ("Strålteknik",), "27": ("Elteknik", "Motor"), "272": ("Batteri",), "28": ("Maskin",),
    "29": ("Fordonsteknik", "Fordonsdelar", "Chassi"), "293": ("Fordonsel", "Drivlina", "Fordonsdelar"),
    "30": ("Mobilitet",), "31": ("Möbler", "Inredning"), "32": ("Medicinteknik",),
    "33": ("Maskinservice", "Montage"), "35": ("Energi", "Vindkraft", "Elnät"), "353": ("Fjärrvärme",),
    "38": ("Återvinning",), "42": ("Anläggning",), "43": ("Entreprenad", "Bygg"), "45": ("Bilverkstad",),
    "46": ("Handel", "Grossist"), "49": ("Åkeri",), "52": ("Lager", "Logistik"), "58": ("Programvara",),
    "62": ("Data", "Kod"), "63": ("Drift",), "69": ("Redovisning",), "70": ("Ledning",),
    "71": ("Konstruktion", "Ingenjör"), "7111": ("Arkitekt",), "712": ("Provning", "Mätlabb"),
    "72": ("Forskning",), "7211": ("Bio", "Cell", "Protein"), "74": ("Rådgivning",), "77": ("Uthyrning",),
    "78": ("Bemanning",), "82": ("Pack",), "86": ("Labb",),
}  # fmt: skip

# Fairy-tale places that are on no map.
PLACES = (
    "Låtsasby", "Sagolunda", "Drömmarö", "Trollvinge", "Månskensdal", "Älvringe", "Tomtemåla", "Näckros",
    "Vättesta", "Spökhult", "Jätteryd", "Skrönefors", "Lyktgubbe", "Regnbågsvik", "Önskebrunn",
    "Molnarp", "Stjärnhyttan", "Huldrenäs", "Draksta", "Enhörninge", "Sjumilatorp", "Kattguld",
    "Påhittsberg", "Ingenstans", "Flyttblock", "Midvintersbo", "Norrskensmo", "Lindormshult",
    "Silverräv", "Guldgås", "Pepparkaksbo", "Snödroppe", "Trollkarlstorp", "Kungaspira", "Rimfrostlund",
    "Sagobruket", "Vindkattens", "Åskmolns", "Hattifors", "Luftslott",
)  # fmt: skip


@dataclass(frozen=True)
class Company:
    number: str
    name: str
    sni: str
    employees: int | None
    municipality: str


def luhn(digits: str) -> int:
    """The check digit that would make the number valid."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def invent(themes: tuple[Theme, ...]) -> list[list[Company]]:
    draw = random.Random(SEED)
    numbers: set[str] = set()
    names: set[str] = set()

    def number() -> str:
        while True:
            body = f"55{draw.randint(2, 9)}{draw.randint(0, 999999):06d}"
            # Wrong on purpose: no register can hold this number.
            wrong = (luhn(body) + draw.randint(1, 9)) % 10
            full = f"{body[:6]}-{body[6:]}{wrong}"
            if full not in numbers:
                numbers.add(full)
                return full

    def name(sni: str) -> str:
        words = next(WORDS[sni[:length]] for length in (5, 4, 3, 2) if sni[:length] in WORDS)
        while True:
            full = f"{draw.choice(PLACES)} {draw.choice(words)} AB {MARK}"
            if full not in names:
                names.add(full)
                return full

    def employees() -> int | None:
        kind = draw.randint(1, 100)
        if kind <= 5:
            return None
        if kind <= 50:
            return draw.randint(1, 9)
        if kind <= 85:
            return draw.randint(10, 49)
        return draw.randint(50, 249)

    clusters = []
    for position, theme in enumerate(themes):
        own = theme.size - sum(position == second for _, second in PAIRS)
        places = (theme.municipalities[0],) * 3 + theme.municipalities
        companies = []
        for _ in range(own):
            sni = draw.choice(theme.core if draw.randint(1, 100) <= 65 else theme.around)
            companies.append(Company(number(), name(sni), sni, employees(), draw.choice(places)))
        clusters.append(companies)
    shared: set[str] = set()
    for first, second in PAIRS:
        free = [company for company in clusters[first] if company.number not in shared]
        company = draw.choice(free)
        shared.add(company.number)
        clusters[second].append(company)
    return [sorted(companies, key=lambda company: company.name) for companies in clusters]


def workbook(theme: Theme, companies: list[Company]) -> bytes:
    book = Workbook()
    book.properties.title = f"{theme.name} {MARK}"
    book.properties.subject = "Påhittade företag. Invented companies."
    book.properties.creator = "make_nordic_demo.py"
    book.properties.created = FIXED_DATE
    sheet = book.worksheets[0]
    sheet.title = "Medlemmar"
    sheet.append(HEADINGS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for company in companies:
        sheet.append(
            (
                company.number,
                company.name,
                company.sni,
                company.employees,
                company.municipality,
                f"{theme.name} {MARK}",
            )
        )
        for column in (1, 3):
            sheet.cell(sheet.max_row, column).number_format = "@"  # text: 01110 is not 1110
    for letter, width in zip("ABCDEF", (21, 44, 9, 11, 16, 38), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    packed = io.BytesIO()
    book.save(packed)
    return repack(packed.getvalue())


def repack(data: bytes) -> bytes:
    """The same workbook without the time of day, neither in the zip nor in its properties."""
    out = io.BytesIO()
    stamp = FIXED_DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, content
                )
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED
            info.create_system = 3
            target.writestr(info, content)
    return out.getvalue()


CAVEATS = [
    "Invented: no company, number or membership here exists; likeness to a real one is chance.",
    "The organisation numbers have wrong check digits on purpose.",
    "Only the municipalities and the industry codes are real, drawn at random with a theme.",
    "Member lists only: no links, needs or capabilities, so most questions stay open.",
]
CAVEATS_SV = [
    "Påhittat: inget företag, nummer eller medlemskap här finns; likhet med något verkligt är en slump.",
    "Organisationsnumren har med avsikt fel kontrollsiffra.",
    "Bara kommunerna och näringsgrenskoderna är verkliga, slumpade efter ett tema.",
    "Bara medlemslistor: inga länkar, behov eller förmågor, så de flesta frågor förblir öppna.",
]


def build(out: Path) -> None:
    clusters = invent(THEMES)
    out.mkdir(parents=True, exist_ok=True)
    rows = ""
    for theme, companies in zip(THEMES, clusters, strict=True):
        (out / f"{theme.file}.xlsx").write_bytes(workbook(theme, companies))
        rows += f"| `{theme.file}.xlsx` | {theme.name} {MARK} | {len(companies)} |\n"
    write_source(
        out / "SOURCE.json",
        {
            "title": "Six invented Swedish SME clusters (invented)",
            "title_sv": "Sex påhittade svenska kluster av små och medelstora företag (påhittat)",
            "licence": "Apache-2.0",
            "attribution": "Invented for this project",
            "as_of": "2026",
            "invented": True,
            "caveats": CAVEATS,
            "caveats_sv": CAVEATS_SV,
        },
    )
    different = len({company.number for companies in clusters for company in companies})
    write_text(
        out / "README.md",
        README.format(
            rows=rows,
            lists=sum(len(companies) for companies in clusters),
            companies=different,
            shared=len(PAIRS),
        ),
    )


README = """\
# Six Swedish clusters (invented) / Sex svenska kluster (påhittat)

**Invented.** No company, organisation number or membership in this folder exists. It shows what a cluster
organisation gets from nothing but its member list.

**Påhittat.** Inget företag, organisationsnummer eller medlemskap i den här mappen finns. Den visar vad en
klusterorganisation får ut av enbart sin medlemslista.

Made by / gjort av `scripts/make_nordic_demo.py`; the same input gives the same bytes. Licence / licens:
Apache-2.0.

| file / fil | invented cluster / påhittat kluster | companies / företag |
|---|---|---|
{rows}
{lists} rows, {companies} invented companies; {shared} of them are members of two clusters, under the same organisation
number in two files. / {lists} rader, {companies} påhittade företag; {shared} av dem är medlemmar i två kluster, med samma
organisationsnummer i två filer.

## Columns / kolumner

One sheet, `Medlemmar`, with Swedish headings. / Ett blad, `Medlemmar`, med svenska rubriker.

| column / kolumn | English | svenska |
|---|---|---|
| Organisationsnummer | text, 55NNNN-NNNN; the check digit is wrong on purpose, so that no real company can have the number | text, 55NNNN-NNNN; kontrollsiffran är med avsikt fel, så att inget verkligt företag kan ha numret |
| Namn | invented, ends with (påhittat) | påhittat, slutar med (påhittat) |
| SNI | SNI 2007, five digits as text with leading zeros | SNI 2007, fem siffror som text med inledande nollor |
| Anställda | headcount 1 to 249, a few unknown | antal anställda 1 till 249, några okända |
| Kommun | municipality by name | kommunens namn |
| Medlem i | the invented cluster | det påhittade klustret |

## What it is not / vad det inte är

* Not data about Sweden: towns and industries are drawn at random with a theme. / Inte data om Sverige: orter
  och näringsgrenar är slumpade efter ett tema.
* Not a network: there are no links. Supplier links that a program infers from industry codes are guesses
  about groups of industries, not about companies. / Inte ett nätverk: det finns inga länkar.
  Leverantörslänkar som ett program härleder ur näringsgrenskoder är gissningar om branscher, inte om företag.
* Headcount alone does not decide the EU's SME definition. / Antalet anställda avgör inte ensamt EU:s
  definition av små och medelstora företag.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
