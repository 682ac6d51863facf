from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.sync_api import expect, sync_playwright

from whence import segments, vocabulary
from whence.exchange import dossier, vocabulary_file
from whence.exchange.capture import from_file
from whence.store import Store
from whence.web import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

EVENTS = Path(__file__).resolve().parents[1] / "events"
ACTOR = "Jo Park <jo@example.org>"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
TALKS = "NATO–Republic of Korea military staff talks, February 2023"  # noqa: RUF001 - as it is written there
ARTICLE = "South Korea steps up military engagements with NATO, US"
NOTE = "desk-note-2026-11"
NOTE_TITLE = "Desk note: NATO and the Republic of Korea, February 2023"
NARROW = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the worked example: the segments of this repository, or its dossiers."""
    path = tmp_path_factory.mktemp("example") / "example.db"
    exported = sorted(EVENTS.glob("*.jsonl"))
    with Store.create(path) as store:
        if exported:
            segments.load(store, exported, actor=ACTOR)
            # A log travels without texts; whoever has one supplies it.
            store.attach(NOTE, from_file(EVENTS / "texts" / "desk-note.txt").capture)
            return path
        store.record(vocabulary_file.builtin(), actor=ACTOR)
        # A note of the desk speaks of what the reports have declared.
        for file in sorted(EVENTS.glob("dossiers/*.yaml"), key=lambda one: (one.name.startswith("desk"), one.name)):
            words = vocabulary.read(store.connection)
            store.record(dossier.drafts(file, store.connection, words), actor=ACTOR)
    return path


@pytest.fixture(scope="module")
def address(example: Path) -> Iterator[str]:
    """Serve the example at a free port and return its address."""
    datasette = site(example)
    config = uvicorn.Config(datasette.app(), port=0, lifespan="on", log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)
    datasette.executor.shutdown()
    for database in datasette.databases.values():
        database.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return a page without JavaScript, from which nothing is asked for elsewhere."""
    context = browser.new_context(java_script_enabled=False, base_url=address)
    strays: list[str] = []

    def only_here(route: Route) -> None:
        if route.request.url.startswith(f"{address}/"):
            route.continue_()
        else:
            strays.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    one = context.new_page()
    complaints: list[str] = []
    one.on("console", lambda message: complaints.append(message.text))
    yield one
    context.close()
    assert strays == []
    assert complaints == []


def test_from_the_home_page_to_the_event_behind_a_fact(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Search names, values and quoted words").fill("staff talks February 2023")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=TALKS).first.click()
    assert page.url.endswith("/entity/nato-rok-staff-talks-2023")
    expect(page.get_by_role("heading", level=1)).to_contain_text("staff talks")

    led_by = page.locator(".group", has=page.get_by_text("led by", exact=True))
    diella = led_by.get_by_role("listitem").filter(has_text="Francesco Diella")
    diella.get_by_role("link", name="2 origins").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("led by")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Francesco Diella")

    claim = page.locator("article.claim.for").filter(has=page.get_by_role("link", name=ARTICLE))
    expect(claim.locator("mark").first).to_have_text("Lieutenant General Francesco Diella")
    expect(claim).to_contain_text("¶ 2, characters 505 to")
    expect(claim).to_contain_text("Republic of Korea Joint Chiefs of Staff")
    fact = page.url

    claim.get_by_role("link", name=ARTICLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARTICLE)
    expect(page.locator("main")).to_contain_text("grade C: fairly reliable")
    back = page.locator(".reading li").filter(has_text="led by").filter(has_text="Francesco Diella")
    back.get_by_role("link", name="Francesco Diella").click()
    assert page.url.startswith(fact)

    claim.get_by_text("Who recorded this").click()
    recorder = claim.locator("details")
    expect(recorder).to_contain_text("Recorded by")
    recorder.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("claim.made")
    expect(page.locator("main")).to_contain_text("Whole. SHA-256 of a zero byte and these bytes gives the id")
    page.get_by_role("link", name="led by Francesco Diella").click()
    assert page.url.startswith(fact)


def test_from_a_fact_to_its_marked_words_in_the_source_and_back(page: Page) -> None:
    page.goto("/entity/francesco-diella")
    rank = page.locator(".group", has=page.get_by_text("rank", exact=True))
    rank.get_by_role("link", name="Lieutenant General").click()
    fact = page.url
    claim = page.locator("article.claim.for").filter(has=page.get_by_role("link", name=NOTE_TITLE))
    # The words in their paragraph, because the note may be shown whole.
    expect(claim.locator("blockquote")).to_contain_text("Both reports agree on the place")
    expect(claim.locator("mark")).to_have_text("Lieutenant General Francesco Diella")
    expect(claim).to_contain_text("¶ 3, characters")

    claim.get_by_role("link", name="in the source").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTE_TITLE)
    words = page.locator("mark:target")
    expect(words).to_have_text("Lieutenant General Francesco Diella")
    expect(words).to_be_in_viewport()

    words.get_by_role("link").click()
    assert page.url.startswith(f"{fact}#claim-")
    expect(page.locator("article.claim:target")).to_contain_text("Lieutenant General Francesco Diella")


def test_overlapping_words_lead_to_each_of_their_facts(page: Page) -> None:
    page.goto(f"/source/{NOTE}")
    text = page.locator(".text")
    text.get_by_role("link", name="location: Seoul").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("location")
    page.go_back()
    for entity in ("Park Jeong-hwan, rank: General", "participant: Park Jeong-hwan"):
        text.get_by_role("link", name=entity).click()
        expect(page.locator("article.claim:target mark")).to_have_text("General Park Jeong-hwan")
        page.go_back()


def test_a_page_as_of_an_earlier_position_says_so_and_its_links_stay_there(page: Page) -> None:
    page.goto("/entity/su-kwang-kim")
    page.get_by_label("This page as of").fill("250")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("As of 250: the record as it stood at position 250")
    rank = page.locator(".group", has=page.get_by_text("rank", exact=True))
    rank.get_by_role("link", name="1 source").click()
    assert "/fact/" in page.url
    assert page.url.endswith("?as_of=250")
    expect(page.locator("article.claim")).to_have_count(1)
    page.get_by_role("link", name="This page as it stands now").click()
    assert "as_of" not in page.url
    expect(page.get_by_role("status")).to_have_count(0)


def test_the_sources_of_an_entity_stand_side_by_side(page: Page) -> None:
    page.goto("/entity/su-kwang-kim")
    page.get_by_role("link", name="Its sources side by side").click()
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="post", exact=True))
    expect(line.get_by_role("cell")).to_have_count(3)
    line.get_by_role("link").first.click()
    expect(page.locator("article.claim:target")).to_be_visible()


def test_the_walk_can_be_made_by_links_alone(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="engagement").first.click()
    page.get_by_role("link", name="nato-rok-staff-talks-2023", exact=True).click()
    page.get_by_role("link", name="Read this with its sources").click()
    page.locator(".group", has=page.get_by_text("led by", exact=True)).get_by_role("link", name="Su-Kwang Kim").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Su-Kwang Kim")


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/conflicts")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


PAGES = (
    "/", "/?q=staff", "/entity/nato-rok-staff-talks-2023", "/entity/nato", "/source/nato-2023-02-17", "/conflicts",
    "/timeline", "/compare?entity=su-kwang-kim", "/source/desk-note-2026-11", "/entity/su-kwang-kim?as_of=250",
    "/conflicts?as_of=yesterday", "/entity/nobody", "/example", "/example/fact", "/example/person",
    "/example?sql=select+1",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(browser: Browser, address: str, path: str) -> None:
    # The page's own scripts stay off; this context only measures.
    context = browser.new_context(viewport={"width": NARROW["width"], "height": NARROW["height"]})
    try:
        one = context.new_page()
        one.goto(address + path)
        assert one.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, address: str, example: Path, scheme: str) -> None:
    with Store.open(example) as store:
        (fact,) = store.connection.execute("SELECT fact FROM fact WHERE property = 'led_by' LIMIT 1").fetchone()
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    try:
        one = context.new_page()
        for path in (*PAGES, f"/fact/{fact}"):
            one.goto(address + path)
            faint = one.evaluate(CONTRAST)
            assert faint == [], (path, faint)
    finally:
        context.close()


# WCAG 2.2, 1.4.3: at least 4.5 to 1 between text and the nearest ground that is painted behind it.
CONTRAST = """
() => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => {
      const c = v / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const painted = numbers(getComputedStyle(at).backgroundColor);
      if (painted.length < 4 || painted[3] > 0) return painted;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const pair = [luminance(numbers(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    const text = element.textContent.trim().slice(0, 40);
    if (ratio < 4.5) faint.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${text}`);
  }
  return faint;
}
"""
