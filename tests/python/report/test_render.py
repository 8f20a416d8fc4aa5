"""The page as text: whole in every language and audience, closed to injection, self-contained."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hostile import everywhere, names
from kedja._report import ReportContent, render
from kedja._report.content import Gap
from kedja._report.page import json_block
from kedja._report.redact import AUDIENCES
from report_fixture import rich

VOID = {"meta", "link", "input", "br", "img", "hr"}
LOADING = {
    "src",
    "href",
    "action",
    "data",
    "poster",
    "srcset",
    "xlink:href",
    "formaction",
    "background",
}


class Page(HTMLParser):
    """Counts elements, checks nesting, keeps attributes and the text of script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self.comments = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.inside:
            self.inside[tag].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inside:
            self.inside[self.open[-1]][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments += 1


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("lang", ["en", "sv"])
def test_every_edition_is_a_whole_page(lang: str, audience: str) -> None:
    text = render(rich(), lang, audience)
    page = Page(text)
    assert ("html", "lang", lang) in page.attributes
    assert page.tags["h1"] == page.tags["main"] == page.tags["nav"] == 1
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for tag, name, value in page.attributes if tag == "a" and name == "href"}
    assert targets <= set(ids)
    for _, name, value in page.attributes:
        if name in ("aria-labelledby", "aria-describedby", "for"):
            assert value in ids
    assert "None" not in re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert not re.search(r"\b(nan|inf)\b", text, flags=re.I)
    assert render(rich(), lang, audience) == text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            [
                "Battery cell testing is missing or scarce.",
                "Zellwerk Prüftechnik GmbH",
                "Strong evidence",
                "Too few ties with Sensorik Bayern.",
                "Uusimaa Inverters Oy",
                "Moderate evidence",
            ],
        ),
        (
            "sv",
            [
                "Provning av battericeller saknas eller är ovanligt.",
                "Zellwerk Prüftechnik GmbH",
                "Starkt underlag",
                "För få kontakter med Sensorik Bayern.",
                "Uusimaa Inverters Oy",
                "Måttligt underlag",
            ],
        ),
    ],
)
def test_first_screen_says_which_who_and_how_sure(lang: str, words: list[str]) -> None:
    text = re.sub(
        r"<[^>]+>", "", render(rich(), lang).split('<ol class="three">')[1].split("</ol>")[0]
    )
    place = -1
    for word in words:
        assert text.find(word, place + 1) > place
        place = text.find(word, place + 1)


def test_states_audience_date_and_invention() -> None:
    text = render(rich(), "en", "members")
    assert "For members" in text
    assert "Data as of 2017" in text
    assert text.count("Invented data") >= 6  # banner, title, charts, headings, foot
    assert "Invented data" not in render(rich(invented=False), "en")


@pytest.mark.parametrize("name", names(), ids=ascii)
@pytest.mark.parametrize("audience", ["internal", "public"])
def test_no_name_adds_a_node(name: str, audience: str) -> None:
    plain, hostile = (Page(render(everywhere(s), "en", audience)) for s in ("Plain", name))
    assert hostile.tags == plain.tags
    assert [(t, n) for t, n, _ in hostile.attributes] == [(t, n) for t, n, _ in plain.attributes]
    assert hostile.comments == plain.comments
    assert hostile.inside["style"] == plain.inside["style"]
    assert hostile.inside["script"][-1] == plain.inside["script"][-1]
    data = json.loads(hostile.inside["script"][1])
    assert data["gaps"][0]["gap"] == 0.5
    assert "49" not in hostile.inside["title"][0]


def test_json_cannot_leave_its_element() -> None:
    text = str(json_block({"a": "</script><!--&\u2028\u2029"}))
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"a": "</script><!--&\u2028\u2029"}


def test_policy_allows_its_own_style_and_script_and_nothing_else() -> None:
    page = Page(render(rich()))
    policy = next(
        v for t, n, v in page.attributes if t == "meta" and n == "content" and "default-src" in v
    )

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    assert len(page.inside["style"]) == 1
    assert policy == (
        f"default-src 'none'; style-src {digest(page.inside['style'][0])}; "
        f"script-src {digest(page.inside['script'][2])}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_loads_and_nothing_is_inline_style_or_handler() -> None:
    page = Page(render(rich()))
    for tag, name, value in page.attributes:
        assert name != "style", tag
        assert not name.startswith("on"), (tag, name)
        if name in LOADING:
            assert value.startswith("#") or (tag, value) == ("link", "data:,"), (tag, name, value)
    assert not {
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "audio",
        "video",
        "use",
        "image",
        "foreignobject",
    } & set(page.tags)
    for css in page.inside["style"]:
        assert "url(" not in css
        assert "@import" not in css
    assert not re.search(
        r"fetch|XMLHttp|import\(|WebSocket|innerHTML|eval", page.inside["script"][-1]
    )


def test_an_almost_empty_report_still_says_what_is_missing() -> None:
    text = render(ReportContent(title="Members only", as_of="2026", version="0"), "sv", "public")
    Page(text)
    assert "Uppgifterna räcker inte" in text
    assert "Inga problem hittades" in text


def test_all_clusters_at_once() -> None:
    gaps = tuple(
        Gap(
            cluster=f"Cluster {i}",
            measure="capability",
            item=f"thing {i}",
            gap=0.5 + i / 10,
            companies=5,
        )
        for i in range(4)
    )
    text = render(rich(focus=None, gaps=gaps), "en")
    Page(text)
    assert "Cluster 3" in text.split('<ol class="three">')[1].split("</ol>")[0]
    assert "pairs of clusters" in text


def test_missing_numbers_are_a_dash_and_never_nan() -> None:
    gap = Gap(
        cluster="c",
        measure="reach",
        gap=float("nan"),
        low=float("inf"),
        status="no_data",
        companies=9,
    )
    text = render(rich(gaps=(gap,)), "en")
    Page(text)
    assert "NaN" not in text
    assert "inf<" not in text


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="lang: 'de' is not one of en, sv"):
        render(rich(), "de")
