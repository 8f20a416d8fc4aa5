"""The sheet that a cluster sends to its members, and reading it back as capabilities and needs."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedja import _core
from kedja._errors import DataError, InvalidArgumentError
from kedja._requirements import item_labels, shipped

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_MARK = "kedja:company"  # in the first cell of each sheet that is read back
_FIXED = (_MARK, "kedja:name", "kedja:cluster")
_ANSWERED = "kedja:answered"
_FREE = 8  # cells for what a member sells or needs
_TICK = "x"


@dataclass(frozen=True)
class _Sheet:
    """One sheet: its title, what stands above the answers, and the kind of capability they are."""

    key: str
    title: dict[str, str]
    ask: dict[str, str]
    sets: tuple[str, ...] = ()


_SHEETS = (
    _Sheet(
        "sells",
        {"en": "Sells", "sv": "Säljer"},
        {"en": "What do you sell? One thing per cell.", "sv": "Vad säljer ni? En sak per ruta."},
    ),
    _Sheet(
        "needs",
        {"en": "Needs", "sv": "Behöver"},
        {
            "en": "What do you need and lack a good supplier or partner for? One thing per cell.",
            "sv": "Vad behöver ni men saknar en bra leverantör eller partner för? En sak per ruta.",
        },
    ),
    _Sheet(
        "skills",
        {"en": "Skills", "sv": "Kompetens"},
        {"en": "x where you have it.", "sv": "x där ni har det."},
        ("skills",),
    ),
    _Sheet(
        "digital",
        {"en": "Digital", "sv": "Digitalt"},
        {"en": "x where you use it.", "sv": "x där ni använder det."},
        ("digital_intensity", "digital"),
    ),
    _Sheet(
        "green",
        {"en": "Green", "sv": "Grönt"},
        {"en": "x where you can do it.", "sv": "x där ni kan det."},
        ("green",),
    ),
)
_KIND = {"sells": "service", "skills": "skill", "digital": "digital", "green": "green"}
_HEAD = {
    "en": {_MARK: "Organisation number", "kedja:name": "Name", "kedja:cluster": "Member of"},
    "sv": {_MARK: "Organisationsnummer", "kedja:name": "Namn", "kedja:cluster": "Medlem i"},
}
_HEAD["en"][_ANSWERED], _HEAD["sv"][_ANSWERED] = "Answered", "Besvarat"
_GUIDE = {
    "en": (
        "Read me",
        "One row per member, the same members on every sheet.",
        "x, yes or 1: you have it. A number between 0 and 1: to that degree. Empty or no: you have not.",
        "A member who has nothing on a sheet writes yes under Answered; an empty row is no answer.",
        "Leave the first row as it is: it says what each column means when the file is read back.",
        "Reading it back: kedja gaps MEMBERS.xlsx THIS_FILE.xlsx",
    ),
    "sv": (
        "Läs mig",
        "En rad per medlem, samma medlemmar på varje blad.",
        "x, ja eller 1: ni har det. Ett tal mellan 0 och 1: i den graden. Tomt eller nej: ni har det inte.",
        "En medlem som inte har något på ett blad skriver ja under Besvarat; en tom rad är inget svar.",
        "Låt första raden stå: den säger vad varje kolumn betyder när filen läses tillbaka.",
        "Läsa tillbaka: kedja gaps MEDLEMMAR.xlsx DENNA_FIL.xlsx",
    ),
}


def template(
    out: Path,
    *,
    lang: str = "en",
    data: Dataset | None = None,
    cluster: str | None = None,
    personal: bool = False,
) -> tuple[int, int]:
    """Write the survey sheet, with a row for each member where `data` are given.

    Returns how many members were written and how many were left out because their number is a
    personal identity number (`personal` writes them too).
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    from kedja._result import write_whole

    if lang not in _GUIDE:
        raise InvalidArgumentError(f"lang must be 'en' or 'sv', not {lang!r}")
    if out.suffix.lower() != ".xlsx":
        raise InvalidArgumentError(f"{out.name}: the sheet is written as .xlsx")
    members, hidden = _members(data, cluster, personal)
    book = openpyxl.Workbook()
    guide = book.active
    assert guide is not None
    guide.title = _GUIDE[lang][0]
    for line in _GUIDE[lang][1:]:
        guide.append([line])
    guide.column_dimensions["A"].width = 100
    for sheet in _SHEETS:
        page = book.create_sheet(sheet.title[lang])
        codes, labels = _columns(sheet, lang)
        page.append(codes)
        page.append(labels)
        for cell in page[1]:
            cell.font = Font(size=8, color="888888")
        for cell in page[2]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.fill = PatternFill("solid", fgColor="E8EEF4")
        for member in members:
            page.append(list(member))
        for row in page.iter_rows(min_row=3, max_col=1):
            row[0].number_format = "@"  # an organisation number is text
        for letter, width in (("A", 20), ("B", 34), ("C", 26)):
            page.column_dimensions[letter].width = width
        page.freeze_panes = "D3"
    content = io.BytesIO()
    book.save(content)
    write_whole(out, content.getvalue())
    return len(members), hidden


def _columns(sheet: _Sheet, lang: str) -> tuple[list[str], list[str]]:
    codes = list(_FIXED)
    labels = [_HEAD[lang][code] for code in _FIXED]
    if sheet.sets:
        codes.append(_ANSWERED)
        labels.append(_HEAD[lang][_ANSWERED])
        for name in sheet.sets:
            codes += [item.code for item in shipped(name)]
            labels += [item.label[lang] for item in shipped(name)]
    else:
        codes += [f"{sheet.key}:{i}" for i in range(1, _FREE + 1)]
        labels += [sheet.ask[lang], *(f"{sheet.title[lang]} {i}" for i in range(2, _FREE + 1))]
    return codes, labels


def _members(
    data: Dataset | None, cluster: str | None, personal: bool
) -> tuple[list[tuple[str, str, str]], int]:
    if data is None:
        if cluster is not None:
            raise InvalidArgumentError("cluster needs the member list that it is in")
        return [], 0
    companies = data.companies.to_pandas()
    names = companies["name"] if "name" in companies else [""] * len(companies)
    of: dict[str, list[str]] = {}
    known = data.groups("cluster").names
    if cluster is not None and cluster not in known:
        from kedja._profile import unknown

        raise InvalidArgumentError(unknown("cluster", cluster, known))
    if len(data.memberships):
        table = data.memberships.to_pandas()
        for company, name in zip(table["company"], table["cluster"], strict=True):
            of.setdefault(company, []).append(name)
    rows = [
        (company, name, "; ".join(of.get(company, [])))
        for company, name in zip(companies["id"], names, strict=True)
        if cluster is None or cluster in of.get(company, [])
    ]
    shown = [row for row in rows if personal or _core.masked(row[0]) == row[0]]
    return shown, len(rows) - len(shown)


def is_survey(sheets: Iterable[Any]) -> bool:
    """Whether any sheet of a workbook is one of ours."""
    return any(_first_cell(sheet) == _MARK for sheet in sheets)


def _first_cell(sheet: Any) -> Any:
    return next(sheet.iter_rows(min_row=1, max_row=1, max_col=1, values_only=True), (None,))[0]


def survey_tables(path: Path, sheets: Iterable[Any]) -> list[Any]:
    """Raw tables of companies, capabilities and needs from the sheets that came back."""
    companies: dict[str, tuple[str, str]] = {}
    has: dict[tuple[str, str], tuple[str, str, int]] = {}
    needs: dict[tuple[str, str], int] = {}
    words = {
        label.casefold(): code for code, said in item_labels().items() for label in said.values()
    }
    for sheet in sheets:
        if _first_cell(sheet) != _MARK:
            continue
        rows = sheet.iter_rows(values_only=True)
        codes = [str(cell or "") for cell in next(rows)]
        next(rows, None)  # what people read
        for line, cells in enumerate(rows, start=3):
            row = {c: v for c, v in zip(codes, cells, strict=False) if c and _text(v)}
            company = _text(row.get(_MARK))
            if not company:
                if row:
                    raise _wrong(path, sheet, line, _MARK, "", "the organisation number is missing")
                continue
            companies.setdefault(
                company, (_text(row.get("kedja:name")), _text(row.get("kedja:cluster")))
            )
            answers = {c: v for c, v in row.items() if c not in (*_FIXED, _ANSWERED)}
            said_so = _ANSWERED in row and _level(path, sheet, line, _ANSWERED, row[_ANSWERED]) > 0
            if not answers and not said_so:
                continue
            for code in codes:
                key, _, rest = code.partition(":")
                if not rest or key == "kedja":
                    continue
                value = answers.get(code)
                if key == "needs" and value is not None:
                    needs.setdefault((company, _named(value, words)), line)
                elif key == "sells" and value is not None:
                    has.setdefault((company, _named(value, words)), ("1", "service", line))
                elif key not in ("needs", "sells"):
                    level = 0.0 if value is None else _level(path, sheet, line, code, value)
                    kind = {"dii": "digital", "skill": "skill"}.get(key, key)
                    has[company, code] = (f"{level:g}", kind, line)
    tables = [
        _core.RawTable(
            "companies",
            path.name,
            [
                ("id", list(companies)),
                ("name", [name for name, _ in companies.values()]),
                ("cluster", [cluster for _, cluster in companies.values()]),
            ],
            [],
        )
    ]
    if has:
        tables.append(
            _core.RawTable(
                "capabilities",
                path.name,
                [
                    ("company", [c for c, _ in has]),
                    ("capability", [k for _, k in has]),
                    ("kind", [kind for _, kind, _ in has.values()]),
                    ("level", [level for level, _, _ in has.values()]),
                ],
                [line for _, _, line in has.values()],
            )
        )
    if needs:
        tables.append(
            _core.RawTable(
                "needs",
                path.name,
                [("company", [c for c, _ in needs]), ("capability", [k for _, k in needs])],
                list(needs.values()),
            )
        )
    return tables


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _named(value: Any, words: dict[str, str]) -> str:
    """A thing sold or needed: the code whose wording it is, else its words in lower case."""
    text = " ".join(_text(value).split()).casefold()
    return words.get(text, text)


def _level(path: Path, sheet: Any, line: int, code: str, value: Any) -> float:
    text = _text(value).casefold()
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        said = True if text == _TICK else _core.truth(text)
        number = -1.0 if said is None else float(said)
    if not 0 <= number <= 1:
        raise _wrong(path, sheet, line, code, text, "write x, yes, no or a number between 0 and 1")
    return number


def _wrong(path: Path, sheet: Any, line: int, column: str, value: str, rule: str) -> DataError:
    return DataError(
        f"{path.name}, sheet {sheet.title}, row {line}, column {column}: {value!r}: {rule}",
        "E_FORMAT",
        path.name,
        line,
        column,
        value,
    )
