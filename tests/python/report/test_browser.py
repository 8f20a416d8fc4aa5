"""The page in a real browser, with the network watched: headless Chromium through WebDriver."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kedja
import numpy as np
import pytest
from hostile import everywhere, names
from kedja._report import write
from report_fixture import rich

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium or chromedriver is not installed"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="kedja-report-") as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
        try:
            yield driver
        finally:
            driver.quit()


def load(browser: Any, path: Path, width: int = 1280) -> None:
    """Open a page at a width, from a clean state and with clean logs."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(path.as_uri())


def requests(browser: Any) -> list[str]:
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    return [url for url in urls if not url.startswith(("file:", "data:", "about:", "chrome"))]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        (lang, audience): write(
            rich(), folder / f"{lang}_{audience}.html", lang=lang, audience=audience
        )
        for lang in ("en", "sv")
        for audience in ("internal", "members", "public")
    }


@pytest.mark.parametrize("audience", ["internal", "members", "public"])
@pytest.mark.parametrize("lang", ["en", "sv"])
def test_no_errors_no_violations_no_requests(
    browser: Any, pages: dict[tuple[str, str], Path], lang: str, audience: str
) -> None:
    load(browser, pages[lang, audience])
    assert browser.find_element("tag name", "html").get_attribute("lang") == lang
    assert browser.execute_script("return document.querySelectorAll('th button').length") > 10
    assert (
        browser.execute_script("return getComputedStyle(document.querySelector('.skip')).position")
        == "absolute"
    )
    assert browser.get_log("browser") == []  # policy violations are reported here too
    assert requests(browser) == []


def test_the_watch_itself_sees_a_violation_and_a_request(
    browser: Any, pages: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    text = pages["en", "internal"].read_text(encoding="utf-8")
    planted = tmp_path / "planted.html"
    planted.write_text(
        text.replace("</main>", "<script>alert(1)</script></main>"), encoding="utf-8"
    )
    load(browser, planted)
    assert any(
        "Content Security Policy" in entry["message"] for entry in browser.get_log("browser")
    )
    planted.write_text('<!doctype html><img src="http://127.0.0.1:9/x.png">', encoding="utf-8")
    load(browser, planted)
    assert requests(browser) == ["http://127.0.0.1:9/x.png"]


COUNT = """
const n = {};
for (const e of document.querySelectorAll('*')) n[e.tagName] = (n[e.tagName] || 0) + 1;
return n;
"""


def test_hostile_names_add_no_node(browser: Any, tmp_path: Path) -> None:
    load(browser, write(everywhere("Plain"), tmp_path / "plain.html"))
    plain = browser.execute_script(COUNT)
    for name in names():
        load(browser, write(everywhere(name), tmp_path / "hostile.html"))
        assert browser.execute_script(COUNT) == plain, ascii(name)
        assert browser.get_log("browser") == [], ascii(name)
        assert requests(browser) == [], ascii(name)


def test_tables_sort_by_keyboard(browser: Any, pages: dict[tuple[str, str], Path]) -> None:
    load(browser, pages["sv", "internal"])
    header = browser.find_element("css selector", "#t-central th:nth-child(1)")
    button = header.find_element("tag name", "button")

    def column(n: int) -> list[str]:
        return browser.execute_script(
            "return [...document.querySelectorAll('#t-central tbody tr')].map("
            f"r => r.cells[{n}].textContent.trim())"
        )

    button.send_keys("\ue007")  # Enter
    assert header.get_attribute("aria-sort") == "ascending"
    first = column(0)
    assert first[-1] == "Östgöta Plåt AB"  # Swedish order: Ö after Z
    button.send_keys(" ")
    assert header.get_attribute("aria-sort") == "descending"
    assert column(0) == first[::-1]
    last = browser.find_element("css selector", "#t-central th:last-child")
    for order in ("descending", "ascending"):
        last.find_element("tag name", "button").send_keys("\ue007")
        assert last.get_attribute("aria-sort") == order
        values = column(5)
        assert values[-1] == "–"  # no value: last in both orders
        numbers = [float(v.replace(",", ".")) for v in values[:-1]]
        assert numbers == sorted(numbers, reverse=order == "descending")
    assert header.get_attribute("aria-sort") is None


def test_filter_keeps_rows_with_every_word(
    browser: Any, pages: dict[tuple[str, str], Path]
) -> None:
    load(browser, pages["en", "internal"])
    box = browser.find_element("id", "filter-t-partners")
    box.send_keys("germany SENSORIK")
    rows = browser.find_elements("css selector", "#t-partners tbody tr")
    assert ["Isar" in r.text for r in rows if r.is_displayed()] == [True]
    assert browser.find_element("css selector", "#partners .shown").text == "1 of 10 rows"


def test_skip_link_is_first_and_shows(browser: Any, pages: dict[tuple[str, str], Path]) -> None:
    load(browser, pages["en", "internal"])
    browser.find_element("tag name", "body").send_keys("\ue004")  # Tab
    focused = browser.switch_to.active_element
    assert focused.get_attribute("class") == "skip"
    focused.send_keys("\ue007")
    assert browser.execute_script("return document.activeElement.id") == "main"


def test_heat_map_by_arrow_keys(browser: Any, pages: dict[tuple[str, str], Path]) -> None:
    load(browser, pages["en", "internal"])
    stops = browser.find_elements("css selector", "svg.heat [tabindex='0']")
    assert len(stops) == 1
    browser.execute_script("arguments[0].focus()", stops[0])
    readout = browser.find_element("css selector", "[data-readout]")
    assert readout.text.startswith("Elfordon Väst – Batteri Norrland:")
    stops[0].send_keys("\ue014")  # right
    assert readout.text.startswith("Elfordon Väst – Automotive Stuttgart:")
    browser.switch_to.active_element.send_keys("\ue010")  # End
    assert readout.text.startswith("Elfordon Väst – Linz Mechatronik:")
    assert len(browser.find_elements("css selector", "svg.heat [tabindex='0']")) == 1


def in_time(browser: Any, script: str, expected: int) -> int:
    """What a script answers once it answers as expected, or after five seconds."""
    for _ in range(100):
        if (answer := browser.execute_script(script)) == expected:
            break
        time.sleep(0.05)
    return int(answer)


def test_print_opens_every_detail_and_closes_them_again(
    browser: Any, pages: dict[tuple[str, str], Path]
) -> None:
    load(browser, pages["en", "internal"])
    shut = "return document.querySelectorAll('details:not([open])').length"
    before = browser.execute_script(shut)
    assert before > 10
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert in_time(browser, shut, 0) == 0
    assert not browser.find_element("tag name", "nav").is_displayed()
    assert browser.execute_script("return getComputedStyle(document.body).backgroundColor") in (
        "rgba(0, 0, 0, 0)",
        "rgb(255, 255, 255)",
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert in_time(browser, shut, before) == before


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
@pytest.mark.parametrize("lang", ["en", "sv"])
def test_no_sideways_scroll(
    browser: Any, pages: dict[tuple[str, str], Path], lang: str, width: int
) -> None:
    load(browser, pages[lang, "internal"], width)
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_long_names_do_not_widen_the_page(browser: Any, tmp_path: Path) -> None:
    load(browser, write(everywhere("W" * 400), tmp_path / "long.html"), 375)
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 375


CONTRAST = """
const lum = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(Number).map((x) => {
  x /= 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const paper = lum(getComputedStyle(document.body).backgroundColor);
const low = [];
const texts = 'p, td, th, li, summary, a, h1, h2, h3, figcaption, dt, dd';
for (const e of document.querySelectorAll(texts)) {
  if (!e.textContent.trim() || e.closest('.skip, .invented')) continue;
  const ink = lum(getComputedStyle(e).color);
  const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  if (ratio < 4.5) low.push([e.tagName, e.className, ratio]);
}
return low.slice(0, 5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(
    browser: Any, pages: dict[tuple[str, str], Path], scheme: str
) -> None:
    load(browser, pages["en", "internal"])
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    assert browser.execute_script(CONTRAST) == []


@pytest.fixture(scope="module")
def six_kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all six kinds of gaps: clusters x and y trade with z but never with one another."""
    random = np.random.default_rng(1)
    ids = [f"{cluster}{i:02}" for cluster in "xyz" for i in range(20)]
    pairs = sorted(
        {
            (ids[a], ids[b])
            for a, b in random.integers(0, 60, (900, 2))
            if a != b and {ids[a][0], ids[b][0]} != {"x", "y"}
        }
    )
    division = ["24.10", "25.11", "28.11", "29.32"]
    data = kedja.from_tables(
        companies={
            "id": ids,
            "name": [f"Firm {i}" for i in ids],
            "country": ["SE"] * 20 + ["NO"] * 20 + ["FI"] * 20,
            "nace": [division[i % (2 if i < 20 else 4)] for i in range(60)],
        },
        memberships={"company": ids, "cluster": [i[0] for i in ids]},
        capabilities={
            "company": ["x00", "x01", "y00", "y01", "z01", "x00"],
            "capability": ["k", "k", "l", "l", "m", "green:ecodesign"],
        },
        needs={"company": ["x00", "x03"], "capability": ["l", "m"]},
        links={
            "source": [a for a, _ in pairs],
            "target": [b for _, b in pairs],
            "kind": ["supply"] * len(pairs),
            "value": [1.0 + i % 7 for i in range(len(pairs))],
        },
    )
    found = kedja.gap.analyse(data, cluster="x", draws=200, progress=False).frame
    assert found["gap"].max() <= 1  # as all shares, whatever the kind
    folder = tmp_path_factory.mktemp("six")
    return kedja.report(data, folder / "r.html", cluster="x", progress=False)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Missing capabilities", ("(1 − min(1,", "Companies: could fill it")),
        ("Unmet needs", ("could meet", "Companies: needs it")),
        ("Missing ties between clusters", ("ties seen", "expected")),
        ("Narrow reach", ("ties outside the cluster", "places, as if equal")),
        (
            "Fragile dependencies",
            ("from a single source", "28 Manufacture of machinery", "Links ("),
        ),
        ("Green, digital and skills", ("product over", "green:renewable_energy installing")),
    ],
)
def test_a_click_opens_a_gap_into_its_evidence(
    browser: Any, six_kinds: Path, kind: str, expected: tuple[str, ...]
) -> None:
    load(browser, six_kinds)
    opened = ""
    for row in browser.find_elements("css selector", "#t-gaps tbody tr"):
        if kind not in row.find_element("css selector", "td.item").text:
            continue
        for details in row.find_elements("css selector", "details"):
            body = details.find_element("css selector", "dl")
            assert not body.is_displayed()
            browser.execute_script(
                "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", details
            )
            details.find_element("css selector", "summary").click()
            assert body.is_displayed()
            opened += body.text + "\n"
    for text in expected:
        assert text in opened, opened
    assert browser.get_log("browser") == []
