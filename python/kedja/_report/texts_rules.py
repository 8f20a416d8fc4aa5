"""The rules of the door check in Swedish: what must hold, and what to do or what was done.

The English wording stands beside each code in the compiled library.
"""

from __future__ import annotations

RULES_SV: dict[str, tuple[str, str]] = {
    "E_FILE": ("filen går att öppna och läsa", "kontrollera sökvägen och dina rättigheter"),
    "E_FORMAT": (
        "filen är av ett slag som stöds",
        "använd .csv, .csv.gz, .tsv, .parquet, .xlsx, .graphml, .edgelist eller .kedja",
    ),
    "E_LIMIT": ("filen håller sig under gränserna", "dela filen eller höj gränsen som nämns"),
    "E_UTF8": ("texten är giltig UTF-8", "spara filen som UTF-8 eller ange dess teckenkodning"),
    "E_CONTROL": ("texten saknar styrtecken", "ta bort styrtecknet"),
    "E_QUOTE": ("ett citerat fält avslutas", "avsluta citattecknet som öppnas på raden"),
    "E_FIELDS": (
        "varje rad har lika många fält som rubrikraden",
        "lägg till eller ta bort skiljetecken på raden",
    ),
    "E_COLUMN": (
        "kolumner som krävs finns, var och en en gång",
        "byt namn på en kolumn eller ange columns={...}",
    ),
    "E_EMPTY": ("tabellen har rader", "lägg till minst en rad"),
    "E_CHECKSUM": ("filens egna kontrollsummor stämmer", "skaffa en oskadad kopia av filen"),
    "E_XML": ("XML-filen är välformad", "exportera filen på nytt"),
    "E_XML_DTD": (
        "XML-filen har ingen dokumenttypsdeklaration",
        "ta bort DOCTYPE; entiteter expanderas aldrig",
    ),
    "E_XML_KEY": ("GraphML-data hänvisar till en deklarerad nyckel", "deklarera nyckeln"),
    "E_NUMBER": ("cellen är ett ändligt decimaltal", "skriv ett vanligt tal, till exempel 1200.5"),
    "E_RANGE": ("talet ligger i det tillåtna området", "rätta talet"),
    "E_BOOL": ("cellen är sann eller falsk", "skriv ja, nej eller ingenting"),
    "E_ENUM": ("cellen är ett av de tillåtna orden", "använd ett av orden som räknas upp"),
    "E_YEAR": (
        "cellen är ett årtal med fyra siffror (eller ISO-datum där det går)",
        "skriv ett år, till exempel 2023",
    ),
    "E_CURRENCY": ("valutan är en kod enligt ISO 4217", "skriv en kod som SEK eller EUR"),
    "E_NACE": (
        "koden finns i NACE Rev. 2 eller 2.1 och är entydig",
        "skriv undergruppen med punkt, till exempel 24.10, och ange nace_version",
    ),
    "E_NUTS": ("koden är en välformad NUTS-kod", "skriv en kod som SE232"),
    "E_COUNTRY": ("landet är en tvåställig kod enligt ISO 3166-1", "skriv en kod som SE"),
    "E_MISSING": ("en cell som krävs har ett värde", "fyll i cellen"),
    "E_ID_EMPTY": ("ett id har minst ett synligt tecken", "ge raden ett id"),
    "E_DUP_ID": ("id:n är unika i sin tabell", "ta bort eller slå ihop en av raderna"),
    "E_ID_NORMALISATION": (
        "id:n skiljer sig också efter Unicode-normalisering",
        "skriv id:t likadant på varje rad",
    ),
    "E_DANGLING": (
        "ett id som hänvisas till finns",
        "lägg till id:t i dess tabell eller rätta hänvisningen",
    ),
    "E_DUP_TABLE": ("en tabell anges en gång", "behåll en av filerna"),
    "E_OVERFLOW": ("summor förblir ändliga", "kontrollera värdenas enhet"),
    "E_CURRENCY_MIX": (
        "värden i olika valutor läggs aldrig ihop",
        "ange rates={...} eller räkna om värdena",
    ),
    "E_CONTRADICTION": ("cellerna på en rad motsäger inte varandra", "rätta en av cellerna"),
    "E_SHAPE": (
        "en flödestabell är kvadratisk och varje vektor har ett värde per bransch",
        "ange en rad och en kolumn per bransch",
    ),
    "E_BALANCE": (
        "produktionen är summan av försäljning och slutlig användning",
        "rätta en av dem eller höj balance_tolerance",
    ),
    "E_ZERO_OUTPUT": (
        "en bransch som köper har en produktion",
        "rätta dess produktion eller utelämna dess inköp",
    ),
    "E_SPECTRAL": (
        "något av det som branscher gör går till slutlig användning",
        "kontrollera flödena för de branscher som nämns, eller ange deras slutliga användning",
    ),
    "W_BALANCE": (
        "produktionen är summan av försäljning och slutlig användning",
        "produktionen användes som den angavs",
    ),
    "W_COLUMN_SUM": ("en bransch köper inte mer än sin produktion", "löst som angivet"),
    "W_OUTPUT": (
        "ett företag som köper säljer eller anger en omsättning",
        "dess produktion antogs vara det som det köper",
    ),
    "W_CONDITION": (
        "svaren beror knappt på flödenas sista siffror",
        "löst; få siffror i svaret kan vara kvar",
    ),
    "W_EMPTY_TABLE": ("tabellen har rader", "lästes som tom"),
    "W_EXTRA_COLUMN": ("kolumnerna är kända", "behölls som attribut"),
    "W_DUP_ROW": ("raderna är olika", "den upprepade raden hoppades över"),
    "W_DUP_LINK": ("en länk anges en gång per slag och år", "värdena summeras"),
    "W_ID_CASE": ("id:n skiljer sig i mer än stora och små bokstäver", "båda behölls"),
    "W_MISSING": ("cellen har ett värde", "lästes som saknat, aldrig som noll"),
    "W_OWNERSHIP_SUM": ("ett företags ägare har högst 100 procent", "behölls som angivet"),
    "W_SELF_LINK": ("en länk förenar två företag", "behölls som länk till sig själv"),
    "W_TRAILING_DELIMITER": (
        "rader slutar inte med ett skiljetecken",
        "det tomma sista fältet hoppades över",
    ),
    "W_NUMBER_FORMAT": ("tal saknar tusentalsavgränsare", "avgränsarna togs bort"),
    "W_XML_NAMESPACE": ("GraphML anger sin namnrymd", "lästes som GraphML"),
    "W_PERSONAL_NUMBER": (
        "ett organisationsnummer är inget personnummer",
        "döljs i rapporter och export om inte personal=True",
    ),
    "W_DROPPED": ("raderna går att använda", "raden utelämnades på begäran"),
    "I_MERGED": ("ett företag står en gång", "listor slogs ihop efter id"),
    "W_CONFLICT": ("listorna är eniga om ett företag", "den första listans värde behölls"),
    "W_FUTURE": ("årtal ligger inte i framtiden", "behölls som angivet"),
    "I_COUNTRY_ALIAS": (
        "länder skrivs som i ISO 3166-1",
        "EL lästes som GR, UK som GB",
    ),
    "I_NUTS_EDITION": ("NUTS-koder är av 2016 års utgåva", "behölls; den har inget namn här"),
    "I_NUTS_FROM_PLACE": ("regionen anges som NUTS-kod", "togs från kommunen eller länet"),
    "I_ENCODING": ("texten är UTF-8", "avkodades från den kodning som angavs"),
    "I_ALIAS": ("kolumner har sina egna namn", "kändes igen genom ett annat namn"),
}
