"""The report and the viewer in a real browser: they open, obey the keyboard, ask for nothing, and run nothing hostile."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import threading
import time

import pytest

from corpus.render_page import page
from corpus.report import write_report
from corpus.schema import doc_id
from flows.settings import Settings
from flows.viewing import viewer
from tests.corpus.hostile import MARKUP, hostile_row
from tests.corpus.making import Corpus
from tests.samples import newcomer

CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))
selenium = pytest.importorskip("selenium", reason="selenium is not installed")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no chromium with chromedriver here")

HOSTILE = "ab" * 16
DROPPED = doc_id("ports", "ports/copie.html")
OWN = ("http://127.0.0.1", "file:", "data:", "about:", "chrome:", "chrome-untrusted:")  # the last two: its own new tab
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1100,1400",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    clean = tmp_path_factory.mktemp("browser") / "clean"
    corpus = Corpus()
    corpus.documents(1, 2, 3)
    corpus.put("documents", hostile_row(HOSTILE))
    corpus.removal("ports/copie.html", HOSTILE)
    corpus.publish(clean)
    corpus.put("removed", {**next(iter(corpus.tables["removed"].values())), "title": MARKUP, "row_hash": "changed"})
    corpus.failure("ports/cassé.pdf", MARKUP)
    return corpus.publish(clean).path.parents[1]


@pytest.fixture(scope="module")
def address(clean):
    import uvicorn

    raw = clean.parent / "raw"
    for number in range(3):
        page = raw / "tollbridge" / f"{number}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(newcomer.entry(number), encoding="utf-8")
    settings = Settings(raw=raw, clean=clean, workers=1)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(viewer(clean, settings=settings), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def report(clean, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_report((clean / "latest").resolve(), folder, parent=None)
    return folder


@pytest.fixture(autouse=True)
def quiet(browser, request):
    """After each test: no error on the console, no request to anywhere but the page's own host."""
    browser.get_log("browser")
    browser.get_log("performance")
    yield
    if "control" not in request.node.name:
        assert browser.get_log("browser") == []
        assert foreign_requests(browser) == []


def foreign_requests(browser):
    import json

    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in sent if not url.startswith(OWN)]


def press(browser, key):
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(key).perform()


def css(browser, selector):
    return browser.find_elements("css selector", selector)


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def in_sight(browser, element):
    script = "const box = arguments[0].getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight"
    return browser.execute_script(script, element)


def hacked(browser):
    return browser.execute_script("return window.hacked === 1")


def test_the_report_opens_from_disk_and_its_links_work(browser, report):
    browser.get((report / "index.html").as_uri())
    assert "Corpus in numbers" in css(browser, "h1")[0].text
    assert len(css(browser, "svg.chart")) >= 4
    css(browser, "a[href='documents.html']")[0].click()
    css(browser, "tbody a")[0].click()
    assert "/document-" in browser.current_url
    assert css(browser, ".ledger")[0].is_displayed()


def test_hostile_texts_do_not_run_in_the_report(browser, report):
    for path in sorted(report.glob("*.html")):
        browser.get(path.as_uri())
        assert not hacked(browser), path.name
    browser.get((report / f"document-{HOSTILE}.html").as_uri())
    assert "window.hacked" in css(browser, "h1")[0].text


def test_control_unescaped_texts_would_run_without_escape_and_policy(browser, tmp_path):
    (tmp_path / "control.html").write_text(f"<!DOCTYPE html><title>x</title><p>{MARKUP}</p>", encoding="utf-8")
    browser.get((tmp_path / "control.html").as_uri())
    assert hacked(browser)


def test_control_the_policy_alone_stops_unescaped_texts(browser, tmp_path):
    (tmp_path / "control.html").write_text(page("x", f"<p>{MARKUP}</p>"), encoding="utf-8")
    browser.get((tmp_path / "control.html").as_uri())
    assert not hacked(browser)
    assert "Content Security Policy" in str(browser.get_log("browser"))


def test_the_switches_show_edits_clean_text_or_both_without_a_script(browser, report):
    browser.get((report / f"document-{HOSTILE}.html").as_uri())
    shown = {}
    for name in ("edits", "both", "clean"):
        css(browser, f"label[for=view-{name}]")[0].click()
        shown[name] = tuple(css(browser, selector)[0].is_displayed() for selector in (".ledger", ".clean"))
    assert shown == {"edits": (True, False), "both": (True, True), "clean": (False, True)}
    assert not css(browser, ".tag.block")[0].is_displayed()
    css(browser, "label[for=view-edits]")[0].click()
    css(browser, "label[for=view-blocks]")[0].click()
    assert css(browser, ".tag.block")[0].is_displayed()


def test_the_keyboard_leads_through_the_viewer(browser, address):
    browser.get(f"{address}/")
    press(browser, "j")
    press(browser, "j")
    second = browser.switch_to.active_element.get_attribute("href")
    assert "/document/" in second
    press(browser, "k")
    first = browser.switch_to.active_element.get_attribute("href")
    assert first != second
    browser.switch_to.active_element.click()
    press(browser, "j")
    assert browser.current_url == second
    press(browser, "k")
    assert browser.current_url == first
    press(browser, "v")
    assert css(browser, "#view-both")[0].is_selected()
    press(browser, "u")
    assert browser.current_url.startswith(f"{address}/?")
    press(browser, "/")
    assert browser.switch_to.active_element.get_attribute("id") == "q"
    press(browser, "00002j")
    assert browser.switch_to.active_element.get_attribute("value") == "00002j"


def test_a_filter_is_an_address_and_narrows_the_list(browser, address):
    browser.get(f"{address}/")
    css(browser, "#q")[0].send_keys("00002")
    css(browser, ".filters button")[0].click()
    wait_for(lambda: browser.current_url != f"{address}/")
    assert "q=00002" in browser.current_url
    assert css(browser, "[role=status]")[0].text == "1 of 4 documents"


def test_words_are_found_in_the_texts_and_their_places_are_shown(browser, address):
    browser.get(f"{address}/")
    css(browser, "#q")[0].send_keys("<SCRIPT>window")
    css(browser, "select[name=within] option[value=texts]")[0].click()
    css(browser, ".filters button")[0].click()
    wait_for(lambda: css(browser, "tbody a"))
    assert "<script>window" in css(browser, "tbody")[0].text
    css(browser, "tbody a")[0].click()
    wait_for(lambda: css(browser, "#span"))
    assert "<script>window" in css(browser, ".here")[0].text
    assert not hacked(browser)
    browser.get(f"{address}/document/{HOSTILE}?within=texts&q=e")
    places = len(css(browser, ".ledger .here"))
    assert places > 3
    for _ in range(places - 1):
        press(browser, "n")
    last = [mark for mark in css(browser, ".here") if mark.is_displayed()][-1]
    assert in_sight(browser, last)


def test_the_rules_of_a_source_are_tried_while_the_page_waits(browser, address):
    browser.get(f"{address}/rules/tollbridge")
    wait_for(lambda: css(browser, ".elements"), 30)
    assert ".zq-lift" in [pick.text for pick in css(browser, ".elements .pick")]
    assert AXE is None or violations(browser) == []
    css(browser, "table a[href^='/rules/tollbridge/']")[0].click()
    assert css(browser, ".tag.block")[0].is_displayed()
    assert ".zq-lift > p" in css(browser, ".ledger")[0].text


def test_a_deep_link_scrolls_to_its_span(browser, address):
    browser.get(f"{address}/document/{HOSTILE}?span=150-160#span")
    assert in_sight(browser, css(browser, "#span")[0])


def test_a_click_on_an_edit_puts_it_into_the_address(browser, address):
    browser.get(f"{address}/?q=00002")
    css(browser, "tbody a")[0].click()
    wait_for(lambda: css(browser, ".edit.repair"))
    edit = css(browser, ".edit.repair")[0]
    edit.click()
    assert browser.current_url.endswith(f"#{edit.get_attribute('id')}")


def test_hostile_texts_do_not_run_in_the_viewer(browser, address):
    for path in (
        "/",
        "/overview",
        "/changes",
        "/source/ports",
        "/duplicates",
        "/quarantine",
        f"/document/{HOSTILE}",
        f"/document/{DROPPED}",
        "/?among=dropped",
        f"/compare?a={HOSTILE}&b={HOSTILE}",
    ):
        browser.get(f"{address}{path}")
        assert not hacked(browser), path


def test_the_dark_mode_is_dark(browser, report):
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    browser.get((report / "index.html").as_uri())
    colour = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert colour == "rgb(22, 24, 26)"


# ---- accessibility --------------------------------------------------------------------------------------------------

AXE = importlib.util.find_spec("axe_playwright_python") or importlib.util.find_spec("axe_core_python")
needs_axe = pytest.mark.skipif(AXE is None, reason="axe-core-python, which brings axe-core, is not installed")
IN_THE_VIEWER = [
    "/",
    "/?within=texts&q=script",
    "/?among=dropped",
    "/overview",
    "/changes",
    "/source/ports",
    f"/document/{DROPPED}?within=texts&q=monte",
    "/duplicates",
    "/quarantine",
    f"/document/{HOSTILE}?span=150-160",
]
IN_THE_REPORT = ["index.html", "documents.html", "repairs.html", f"document-{HOSTILE}.html", "label-mojibake.html"]


def violations(browser):
    """What axe-core finds wrong, with the elements, everything unfolded."""
    from pathlib import Path

    assert AXE is not None
    browser.execute_script(Path(AXE.submodule_search_locations[0], "axe.min.js").read_text(encoding="utf-8"))
    browser.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    result = browser.execute_async_script("axe.run(document).then(arguments[0])")
    return [(v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in result["violations"]]


def paint(browser, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", IN_THE_VIEWER)
def test_axe_finds_nothing_in_the_viewer(browser, address, path, scheme):
    paint(browser, scheme)
    browser.get(f"{address}{path}")
    assert violations(browser) == []


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", IN_THE_REPORT)
def test_axe_finds_nothing_in_the_report(browser, report, name, scheme):
    paint(browser, scheme)
    browser.get((report / name).as_uri())
    assert violations(browser) == []


@needs_axe
def test_control_axe_finds_a_picture_without_a_name(browser, tmp_path):
    (tmp_path / "control.html").write_text("<!DOCTYPE html><title>x</title><img src='data:,'>", encoding="utf-8")
    browser.get((tmp_path / "control.html").as_uri())
    assert "image-alt" in [name for name, _ in violations(browser)]
