"""Code lists written by hand, from which scripts/build_codes.py makes data/codes."""

from __future__ import annotations

# ISO 3166-1 alpha-2, the 249 officially assigned codes.
ISO_3166_1 = [
    "AD",
    "AE",
    "AF",
    "AG",
    "AI",
    "AL",
    "AM",
    "AO",
    "AQ",
    "AR",
    "AS",
    "AT",
    "AU",
    "AW",
    "AX",
    "AZ",
    "BA",
    "BB",
    "BD",
    "BE",
    "BF",
    "BG",
    "BH",
    "BI",
    "BJ",
    "BL",
    "BM",
    "BN",
    "BO",
    "BQ",
    "BR",
    "BS",
    "BT",
    "BV",
    "BW",
    "BY",
    "BZ",
    "CA",
    "CC",
    "CD",
    "CF",
    "CG",
    "CH",
    "CI",
    "CK",
    "CL",
    "CM",
    "CN",
    "CO",
    "CR",
    "CU",
    "CV",
    "CW",
    "CX",
    "CY",
    "CZ",
    "DE",
    "DJ",
    "DK",
    "DM",
    "DO",
    "DZ",
    "EC",
    "EE",
    "EG",
    "EH",
    "ER",
    "ES",
    "ET",
    "FI",
    "FJ",
    "FK",
    "FM",
    "FO",
    "FR",
    "GA",
    "GB",
    "GD",
    "GE",
    "GF",
    "GG",
    "GH",
    "GI",
    "GL",
    "GM",
    "GN",
    "GP",
    "GQ",
    "GR",
    "GS",
    "GT",
    "GU",
    "GW",
    "GY",
    "HK",
    "HM",
    "HN",
    "HR",
    "HT",
    "HU",
    "ID",
    "IE",
    "IL",
    "IM",
    "IN",
    "IO",
    "IQ",
    "IR",
    "IS",
    "IT",
    "JE",
    "JM",
    "JO",
    "JP",
    "KE",
    "KG",
    "KH",
    "KI",
    "KM",
    "KN",
    "KP",
    "KR",
    "KW",
    "KY",
    "KZ",
    "LA",
    "LB",
    "LC",
    "LI",
    "LK",
    "LR",
    "LS",
    "LT",
    "LU",
    "LV",
    "LY",
    "MA",
    "MC",
    "MD",
    "ME",
    "MF",
    "MG",
    "MH",
    "MK",
    "ML",
    "MM",
    "MN",
    "MO",
    "MP",
    "MQ",
    "MR",
    "MS",
    "MT",
    "MU",
    "MV",
    "MW",
    "MX",
    "MY",
    "MZ",
    "NA",
    "NC",
    "NE",
    "NF",
    "NG",
    "NI",
    "NL",
    "NO",
    "NP",
    "NR",
    "NU",
    "NZ",
    "OM",
    "PA",
    "PE",
    "PF",
    "PG",
    "PH",
    "PK",
    "PL",
    "PM",
    "PN",
    "PR",
    "PS",
    "PT",
    "PW",
    "PY",
    "QA",
    "RE",
    "RO",
    "RS",
    "RU",
    "RW",
    "SA",
    "SB",
    "SC",
    "SD",
    "SE",
    "SG",
    "SH",
    "SI",
    "SJ",
    "SK",
    "SL",
    "SM",
    "SN",
    "SO",
    "SR",
    "SS",
    "ST",
    "SV",
    "SX",
    "SY",
    "SZ",
    "TC",
    "TD",
    "TF",
    "TG",
    "TH",
    "TJ",
    "TK",
    "TL",
    "TM",
    "TN",
    "TO",
    "TR",
    "TT",
    "TV",
    "TW",
    "TZ",
    "UA",
    "UG",
    "UM",
    "US",
    "UY",
    "UZ",
    "VA",
    "VC",
    "VE",
    "VG",
    "VI",
    "VN",
    "VU",
    "WF",
    "WS",
    "YE",
    "YT",
    "ZA",
    "ZM",
    "ZW",
]

# ISO 4217 alphabetic codes in force in 2026, with fund, metal and test codes.
ISO_4217 = [
    "AED",
    "AFN",
    "ALL",
    "AMD",
    "AOA",
    "ARS",
    "AUD",
    "AWG",
    "AZN",
    "BAM",
    "BBD",
    "BDT",
    "BHD",
    "BIF",
    "BMD",
    "BND",
    "BOB",
    "BOV",
    "BRL",
    "BSD",
    "BTN",
    "BWP",
    "BYN",
    "BZD",
    "CAD",
    "CDF",
    "CHE",
    "CHF",
    "CHW",
    "CLF",
    "CLP",
    "CNY",
    "COP",
    "COU",
    "CRC",
    "CUP",
    "CVE",
    "CZK",
    "DJF",
    "DKK",
    "DOP",
    "DZD",
    "EGP",
    "ERN",
    "ETB",
    "EUR",
    "FJD",
    "FKP",
    "GBP",
    "GEL",
    "GHS",
    "GIP",
    "GMD",
    "GNF",
    "GTQ",
    "GYD",
    "HKD",
    "HNL",
    "HTG",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "IQD",
    "IRR",
    "ISK",
    "JMD",
    "JOD",
    "JPY",
    "KES",
    "KGS",
    "KHR",
    "KMF",
    "KPW",
    "KRW",
    "KWD",
    "KYD",
    "KZT",
    "LAK",
    "LBP",
    "LKR",
    "LRD",
    "LSL",
    "LYD",
    "MAD",
    "MDL",
    "MGA",
    "MKD",
    "MMK",
    "MNT",
    "MOP",
    "MRU",
    "MUR",
    "MVR",
    "MWK",
    "MXN",
    "MXV",
    "MYR",
    "MZN",
    "NAD",
    "NGN",
    "NIO",
    "NOK",
    "NPR",
    "NZD",
    "OMR",
    "PAB",
    "PEN",
    "PGK",
    "PHP",
    "PKR",
    "PLN",
    "PYG",
    "QAR",
    "RON",
    "RSD",
    "RUB",
    "RWF",
    "SAR",
    "SBD",
    "SCR",
    "SDG",
    "SEK",
    "SGD",
    "SHP",
    "SLE",
    "SOS",
    "SRD",
    "SSP",
    "STN",
    "SVC",
    "SYP",
    "SZL",
    "THB",
    "TJS",
    "TMT",
    "TND",
    "TOP",
    "TRY",
    "TTD",
    "TWD",
    "TZS",
    "UAH",
    "UGX",
    "USD",
    "USN",
    "UYI",
    "UYU",
    "UYW",
    "UZS",
    "VED",
    "VES",
    "VND",
    "VUV",
    "WST",
    "XAD",
    "XAF",
    "XAG",
    "XAU",
    "XBA",
    "XBB",
    "XBC",
    "XBD",
    "XCD",
    "XCG",
    "XDR",
    "XOF",
    "XPD",
    "XPF",
    "XPT",
    "XSU",
    "XTS",
    "XUA",
    "XXX",
    "YER",
    "ZAR",
    "ZMW",
    "ZWG",
]

# Withdrawn since 2007, with the last year of use: tables about earlier years still carry them.
ISO_4217_WITHDRAWN = {
    "ANG": 2025, "BGN": 2025, "BYR": 2016, "CUC": 2021, "CYP": 2007, "EEK": 2010, "HRK": 2022,
    "LTL": 2014, "LVL": 2013, "MRO": 2017, "MTL": 2007, "SKK": 2008, "SLL": 2023, "STD": 2017,
    "VEF": 2018, "ZMK": 2012, "ZWL": 2024,
}  # fmt: skip

# County code, name, NUTS 3 (2016), number of municipalities.
SE_COUNTIES = (
    ("01", "Stockholms län", "SE110", 26),
    ("03", "Uppsala län", "SE121", 8),
    ("04", "Södermanlands län", "SE122", 9),
    ("05", "Östergötlands län", "SE123", 13),
    ("06", "Jönköpings län", "SE211", 13),
    ("07", "Kronobergs län", "SE212", 8),
    ("08", "Kalmar län", "SE213", 12),
    ("09", "Gotlands län", "SE214", 1),
    ("10", "Blekinge län", "SE221", 5),
    ("12", "Skåne län", "SE224", 33),
    ("13", "Hallands län", "SE231", 6),
    ("14", "Västra Götalands län", "SE232", 49),
    ("17", "Värmlands län", "SE311", 16),
    ("18", "Örebro län", "SE124", 12),
    ("19", "Västmanlands län", "SE125", 10),
    ("20", "Dalarnas län", "SE312", 15),
    ("21", "Gävleborgs län", "SE313", 10),
    ("22", "Västernorrlands län", "SE321", 7),
    ("23", "Jämtlands län", "SE322", 8),
    ("24", "Västerbottens län", "SE331", 15),
    ("25", "Norrbottens län", "SE332", 14),
)

# Municipality code and name; the first two digits are the county.
SE_MUNICIPALITIES = """
0114 Upplands Väsby,0115 Vallentuna,0117 Österåker,0120 Värmdö,0123 Järfälla,0125 Ekerö,0126 Huddinge,
0127 Botkyrka,0128 Salem,0136 Haninge,0138 Tyresö,0139 Upplands-Bro,0140 Nykvarn,0160 Täby,
0162 Danderyd,0163 Sollentuna,0180 Stockholm,0181 Södertälje,0182 Nacka,0183 Sundbyberg,0184 Solna,
0186 Lidingö,0187 Vaxholm,0188 Norrtälje,0191 Sigtuna,0192 Nynäshamn,
0305 Håbo,0319 Älvkarleby,0330 Knivsta,0331 Heby,0360 Tierp,0380 Uppsala,0381 Enköping,0382 Östhammar,
0428 Vingåker,0461 Gnesta,0480 Nyköping,0481 Oxelösund,0482 Flen,0483 Katrineholm,0484 Eskilstuna,
0486 Strängnäs,0488 Trosa,
0509 Ödeshög,0512 Ydre,0513 Kinda,0560 Boxholm,0561 Åtvidaberg,0562 Finspång,0563 Valdemarsvik,
0580 Linköping,0581 Norrköping,0582 Söderköping,0583 Motala,0584 Vadstena,0586 Mjölby,
0604 Aneby,0617 Gnosjö,0642 Mullsjö,0643 Habo,0662 Gislaved,0665 Vaggeryd,0680 Jönköping,0682 Nässjö,
0683 Värnamo,0684 Sävsjö,0685 Vetlanda,0686 Eksjö,0687 Tranås,
0760 Uppvidinge,0761 Lessebo,0763 Tingsryd,0764 Alvesta,0765 Älmhult,0767 Markaryd,0780 Växjö,
0781 Ljungby,
0821 Högsby,0834 Torsås,0840 Mörbylånga,0860 Hultsfred,0861 Mönsterås,0862 Emmaboda,0880 Kalmar,
0881 Nybro,0882 Oskarshamn,0883 Västervik,0884 Vimmerby,0885 Borgholm,
0980 Gotland,
1060 Olofström,1080 Karlskrona,1081 Ronneby,1082 Karlshamn,1083 Sölvesborg,
1214 Svalöv,1230 Staffanstorp,1231 Burlöv,1233 Vellinge,1256 Östra Göinge,1257 Örkelljunga,1260 Bjuv,
1261 Kävlinge,1262 Lomma,1263 Svedala,1264 Skurup,1265 Sjöbo,1266 Hörby,1267 Höör,1270 Tomelilla,
1272 Bromölla,1273 Osby,1275 Perstorp,1276 Klippan,1277 Åstorp,1278 Båstad,1280 Malmö,1281 Lund,
1282 Landskrona,1283 Helsingborg,1284 Höganäs,1285 Eslöv,1286 Ystad,1287 Trelleborg,1290 Kristianstad,
1291 Simrishamn,1292 Ängelholm,1293 Hässleholm,
1315 Hylte,1380 Halmstad,1381 Laholm,1382 Falkenberg,1383 Varberg,1384 Kungsbacka,
1401 Härryda,1402 Partille,1407 Öckerö,1415 Stenungsund,1419 Tjörn,1421 Orust,1427 Sotenäs,
1430 Munkedal,1435 Tanum,1438 Dals-Ed,1439 Färgelanda,1440 Ale,1441 Lerum,1442 Vårgårda,
1443 Bollebygd,1444 Grästorp,1445 Essunga,1446 Karlsborg,1447 Gullspång,1452 Tranemo,1460 Bengtsfors,
1461 Mellerud,1462 Lilla Edet,1463 Mark,1465 Svenljunga,1466 Herrljunga,1470 Vara,1471 Götene,
1472 Tibro,1473 Töreboda,1480 Göteborg,1481 Mölndal,1482 Kungälv,1484 Lysekil,1485 Uddevalla,
1486 Strömstad,1487 Vänersborg,1488 Trollhättan,1489 Alingsås,1490 Borås,1491 Ulricehamn,1492 Åmål,
1493 Mariestad,1494 Lidköping,1495 Skara,1496 Skövde,1497 Hjo,1498 Tidaholm,1499 Falköping,
1715 Kil,1730 Eda,1737 Torsby,1760 Storfors,1761 Hammarö,1762 Munkfors,1763 Forshaga,1764 Grums,
1765 Årjäng,1766 Sunne,1780 Karlstad,1781 Kristinehamn,1782 Filipstad,1783 Hagfors,1784 Arvika,
1785 Säffle,
1814 Lekeberg,1860 Laxå,1861 Hallsberg,1862 Degerfors,1863 Hällefors,1864 Ljusnarsberg,1880 Örebro,
1881 Kumla,1882 Askersund,1883 Karlskoga,1884 Nora,1885 Lindesberg,
1904 Skinnskatteberg,1907 Surahammar,1960 Kungsör,1961 Hallstahammar,1962 Norberg,1980 Västerås,
1981 Sala,1982 Fagersta,1983 Köping,1984 Arboga,
2021 Vansbro,2023 Malung-Sälen,2026 Gagnef,2029 Leksand,2031 Rättvik,2034 Orsa,2039 Älvdalen,
2061 Smedjebacken,2062 Mora,2080 Falun,2081 Borlänge,2082 Säter,2083 Hedemora,2084 Avesta,2085 Ludvika,
2101 Ockelbo,2104 Hofors,2121 Ovanåker,2132 Nordanstig,2161 Ljusdal,2180 Gävle,2181 Sandviken,
2182 Söderhamn,2183 Bollnäs,2184 Hudiksvall,
2260 Ånge,2262 Timrå,2280 Härnösand,2281 Sundsvall,2282 Kramfors,2283 Sollefteå,2284 Örnsköldsvik,
2303 Ragunda,2305 Bräcke,2309 Krokom,2313 Strömsund,2321 Åre,2326 Berg,2361 Härjedalen,2380 Östersund,
2401 Nordmaling,2403 Bjurholm,2404 Vindeln,2409 Robertsfors,2417 Norsjö,2418 Malå,2421 Storuman,
2422 Sorsele,2425 Dorotea,2460 Vännäs,2462 Vilhelmina,2463 Åsele,2480 Umeå,2481 Lycksele,
2482 Skellefteå,
2505 Arvidsjaur,2506 Arjeplog,2510 Jokkmokk,2513 Överkalix,2514 Kalix,2518 Övertorneå,2521 Pajala,
2523 Gällivare,2560 Älvsbyn,2580 Luleå,2581 Piteå,2582 Boden,2583 Haparanda,2584 Kiruna
"""


def municipalities() -> list[tuple[str, str]]:
    entries = (entry.strip() for entry in SE_MUNICIPALITIES.split(","))
    return [(entry[:4], entry[5:]) for entry in entries if entry]


# NACE Rev. 2 from SNI 2007. The Swedish classification joins or renumbers retail classes:
# what its list in the source calls 47.55 to 47.58 does not exist in NACE Rev. 2, and the
# classes below, which the Regulation has, are missing from it. Nothing else differs at class level.
NOT_IN_NACE_REV2 = ("47.55", "47.56", "47.57", "47.58")
MISSING_IN_SNI = (
    "47.61", "47.62", "47.63", "47.64", "47.65",
    "47.71", "47.72", "47.73", "47.74", "47.75", "47.76", "47.77", "47.78", "47.79",
    "47.81", "47.82", "47.89",
    "47.91", "47.99",
)  # fmt: skip

# code | English | Swedish
NACE_REV2_LABELS = """
A|Agriculture, forestry and fishing|Jordbruk, skogsbruk och fiske
01|Crop and animal production, hunting and related service activities|Jordbruk och jakt samt service i anslutning härtill
02|Forestry and logging|Skogsbruk
03|Fishing and aquaculture|Fiske och vattenbruk
B|Mining and quarrying|Utvinning av mineral
05|Mining of coal and lignite|Kolutvinning
06|Extraction of crude petroleum and natural gas|Utvinning av råpetroleum och naturgas
07|Mining of metal ores|Utvinning av metallmalmer
08|Other mining and quarrying|Annan utvinning av mineral
09|Mining support service activities|Service till utvinning
C|Manufacturing|Tillverkning
10|Manufacture of food products|Livsmedelsframställning
11|Manufacture of beverages|Framställning av drycker
12|Manufacture of tobacco products|Tobaksvarutillverkning
13|Manufacture of textiles|Textilvarutillverkning
14|Manufacture of wearing apparel|Tillverkning av kläder
15|Manufacture of leather and related products|Tillverkning av läder, läder- och skinnvaror m.m.
16|Manufacture of wood and of products of wood and cork, except furniture; manufacture of articles of straw and plaiting materials|Tillverkning av trä och varor av trä, kork, rotting o.d. utom möbler
17|Manufacture of paper and paper products|Pappers- och pappersvarutillverkning
18|Printing and reproduction of recorded media|Grafisk produktion och reproduktion av inspelningar
19|Manufacture of coke and refined petroleum products|Tillverkning av stenkolsprodukter och raffinerade petroleumprodukter
20|Manufacture of chemicals and chemical products|Tillverkning av kemikalier och kemiska produkter
21|Manufacture of basic pharmaceutical products and pharmaceutical preparations|Tillverkning av farmaceutiska basprodukter och läkemedel
22|Manufacture of rubber and plastic products|Tillverkning av gummi- och plastvaror
23|Manufacture of other non-metallic mineral products|Tillverkning av andra icke-metalliska mineraliska produkter
24|Manufacture of basic metals|Stål- och metallframställning
25|Manufacture of fabricated metal products, except machinery and equipment|Tillverkning av metallvaror utom maskiner och apparater
26|Manufacture of computer, electronic and optical products|Tillverkning av datorer, elektronikvaror och optik
27|Manufacture of electrical equipment|Tillverkning av elapparatur
28|Manufacture of machinery and equipment n.e.c.|Tillverkning av övriga maskiner
29|Manufacture of motor vehicles, trailers and semi-trailers|Tillverkning av motorfordon, släpfordon och påhängsvagnar
30|Manufacture of other transport equipment|Tillverkning av andra transportmedel
31|Manufacture of furniture|Tillverkning av möbler
32|Other manufacturing|Annan tillverkning
33|Repair and installation of machinery and equipment|Reparation och installation av maskiner och apparater
D|Electricity, gas, steam and air conditioning supply|Försörjning av el, gas, värme och kyla
35|Electricity, gas, steam and air conditioning supply|Försörjning av el, gas, värme och kyla
E|Water supply; sewerage, waste management and remediation activities|Vattenförsörjning; avloppsrening, avfallshantering och sanering
36|Water collection, treatment and supply|Vattenförsörjning
37|Sewerage|Avloppsrening
38|Waste collection, treatment and disposal activities; materials recovery|Avfallshantering; återvinning
39|Remediation activities and other waste management services|Sanering, efterbehandling av jord och vatten samt annan verksamhet för föroreningsbekämpning
F|Construction|Byggverksamhet
41|Construction of buildings|Byggande av hus
42|Civil engineering|Anläggningsarbeten
43|Specialised construction activities|Specialiserad bygg- och anläggningsverksamhet
G|Wholesale and retail trade; repair of motor vehicles and motorcycles|Handel; reparation av motorfordon och motorcyklar
45|Wholesale and retail trade and repair of motor vehicles and motorcycles|Handel samt reparation av motorfordon och motorcyklar
46|Wholesale trade, except of motor vehicles and motorcycles|Parti- och provisionshandel utom med motorfordon
47|Retail trade, except of motor vehicles and motorcycles|Detaljhandel utom med motorfordon och motorcyklar
H|Transportation and storage|Transport och magasinering
49|Land transport and transport via pipelines|Landtransport; transport i rörsystem
50|Water transport|Sjötransport
51|Air transport|Lufttransport
52|Warehousing and support activities for transportation|Magasinering och stödtjänster till transport
53|Postal and courier activities|Post- och kurirverksamhet
I|Accommodation and food service activities|Hotell- och restaurangverksamhet
55|Accommodation|Hotell- och logiverksamhet
56|Food and beverage service activities|Restaurang-, catering- och barverksamhet
J|Information and communication|Informations- och kommunikationsverksamhet
58|Publishing activities|Förlagsverksamhet
59|Motion picture, video and television programme production, sound recording and music publishing activities|Film-, video- och tv-programverksamhet, ljudinspelningar och fonogramutgivning
60|Programming and broadcasting activities|Planering och sändning av program
61|Telecommunications|Telekommunikation
62|Computer programming, consultancy and related activities|Dataprogrammering, datakonsultverksamhet o.d.
63|Information service activities|Informationstjänster
K|Financial and insurance activities|Finans- och försäkringsverksamhet
64|Financial service activities, except insurance and pension funding|Finansiella tjänster utom försäkring och pensionsfondsverksamhet
65|Insurance, reinsurance and pension funding, except compulsory social security|Försäkring, återförsäkring och pensionsfondsverksamhet utom obligatorisk socialförsäkring
66|Activities auxiliary to financial services and insurance activities|Stödtjänster till finansiella tjänster och försäkring
L|Real estate activities|Fastighetsverksamhet
68|Real estate activities|Fastighetsverksamhet
M|Professional, scientific and technical activities|Verksamhet inom juridik, ekonomi, vetenskap och teknik
69|Legal and accounting activities|Juridisk och ekonomisk konsultverksamhet
70|Activities of head offices; management consultancy activities|Verksamheter som utövas av huvudkontor; konsulttjänster till företag
71|Architectural and engineering activities; technical testing and analysis|Arkitekt- och teknisk konsultverksamhet; teknisk provning och analys
72|Scientific research and development|Vetenskaplig forskning och utveckling
73|Advertising and market research|Reklam och marknadsundersökning
74|Other professional, scientific and technical activities|Annan verksamhet inom juridik, ekonomi, vetenskap och teknik
75|Veterinary activities|Veterinärverksamhet
N|Administrative and support service activities|Uthyrning, fastighetsservice, resetjänster och andra stödtjänster
77|Rental and leasing activities|Uthyrning och leasing
78|Employment activities|Arbetsförmedling, bemanning och andra personalrelaterade tjänster
79|Travel agency, tour operator and other reservation service and related activities|Resebyrå- och researrangörsverksamhet och andra resetjänster och relaterade tjänster
80|Security and investigation activities|Säkerhets- och bevakningsverksamhet
81|Services to buildings and landscape activities|Fastighetsservice samt skötsel och underhåll av grönytor
82|Office administrative, office support and other business support activities|Kontorstjänster och andra företagstjänster
O|Public administration and defence; compulsory social security|Offentlig förvaltning och försvar; obligatorisk socialförsäkring
84|Public administration and defence; compulsory social security|Offentlig förvaltning och försvar; obligatorisk socialförsäkring
P|Education|Utbildning
85|Education|Utbildning
Q|Human health and social work activities|Vård och omsorg; sociala tjänster
86|Human health activities|Hälso- och sjukvård
87|Residential care activities|Vård och omsorg med boende
88|Social work activities without accommodation|Öppna sociala insatser
R|Arts, entertainment and recreation|Kultur, nöje och fritid
90|Creative, arts and entertainment activities|Konstnärlig och kulturell verksamhet samt underhållningsverksamhet
91|Libraries, archives, museums and other cultural activities|Biblioteks-, arkiv- och museiverksamhet m.m.
92|Gambling and betting activities|Spel- och vadhållningsverksamhet
93|Sports activities and amusement and recreation activities|Sport-, fritids- och nöjesverksamhet
S|Other service activities|Annan serviceverksamhet
94|Activities of membership organisations|Intressebevakning; religiös verksamhet
95|Repair of computers and personal and household goods|Reparation av datorer, hushållsartiklar och personliga artiklar
96|Other personal service activities|Andra konsumenttjänster
T|Activities of households as employers; undifferentiated goods- and services-producing activities of households for own use|Förvärvsarbete i hushåll; hushållens produktion av diverse varor och tjänster för eget bruk
97|Activities of households as employers of domestic personnel|Förvärvsarbete i hushåll
98|Undifferentiated goods- and services-producing activities of private households for own use|Hushållens produktion av diverse varor och tjänster för eget bruk
U|Activities of extraterritorial organisations and bodies|Verksamhet vid internationella organisationer, utländska ambassader o.d.
99|Activities of extraterritorial organisations and bodies|Verksamhet vid internationella organisationer, utländska ambassader o.d.
"""


def nace_rev2_labels() -> list[tuple[str, str, str]]:
    rows = []
    for line in NACE_REV2_LABELS.strip().splitlines():
        code, english, swedish = line.split("|")
        rows.append((code, english, swedish))
    return rows
