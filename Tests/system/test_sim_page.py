"""The page of twilio-sim in a real browser: Debian's chromium, driven by its chromedriver."""

import re
import shutil
import urllib.parse

import pytest

from sim import PATIENCE

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="chromium and chromedriver are not installed: apt-get install chromium-driver")

PHONE = "+14155551212"


@pytest.fixture(scope="module")
def browser():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--window-size=1400,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, sim):
    """The page, loaded and live. Ends with a look at the console: not one complaint."""
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(sim.url + "/")
    wait(browser, lambda: text(browser, "#connection") == "live", "the page is not live")
    yield browser
    assert browser.get_log("browser") == []


def wait(browser, condition, complaint):
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, PATIENCE, 0.05, [StaleElementReferenceException]).until(
        lambda _: condition(), complaint)


def all_of(browser, selector):
    return browser.find_elements("css selector", selector)


def text(browser, selector):
    return all_of(browser, selector)[0].text


def wait_for_bubbles(browser, *texts):
    """Until these are on the page and have faded in: before that a person sees nothing either."""
    wait(browser, lambda: sorted(bubble.text for bubble in all_of(browser, ".bubble"))
         == sorted(texts), f"not all of {texts} appear")


def card(number):
    return f"article[data-number='{number}']"


def test_a_message_appears_after_loading(page, sim):
    assert "No messages yet" in text(page, "#empty") and sim.url in text(page, "#empty")
    _, made = sim.create(body="Disk full on db1")
    wait_for_bubbles(page, "Disk full on db1")
    assert text(page, card(PHONE) + " .bubble") == "Disk full on db1"
    assert text(page, card(PHONE) + " h2").startswith(PHONE)
    assert text(page, ".sid") == made["sid"]
    assert text(page, ".segments") == "1 segment"
    assert not all_of(page, "#empty")[0].is_displayed()
    # Its status goes on changing before one's eyes.
    wait(page, lambda: text(page, ".status") == "delivered", "the status stays")


def test_each_phone_has_its_own_messages_in_order(page, sim):
    for number, body in [(PHONE, "one"), ("+46701234567", "other"), (PHONE, "two")]:
        sim.create(to=number, body=body)
    wait_for_bubbles(page, "one", "two", "other")
    bubbles = [bubble.text for bubble in all_of(page, card(PHONE) + " .bubble")]
    assert bubbles == ["one", "two"]
    assert text(page, card("+46701234567") + " .bubble") == "other"
    # The phone used last stands first.
    assert all_of(page, "article")[0].get_attribute("data-number") == PHONE
    assert [text(page, f"#{name}-count") for name in ("message", "segment", "phone")] == ["3", "3", "2"]


@pytest.mark.parametrize("body", [
    "<script>document.title='bad'</script>", "<img src=x onerror=\"document.title='bad'\">",
    "&lt;b&gt; &amp;", "</div></li><h1>bad</h1>", "'\"`${document.title='bad'}",
    "two\nlines,  two blanks", "שלום ☎ 😀", "\u202e backwards",
])
def test_bodies_are_shown_as_text(page, sim, body):
    sim.create(body=body)
    wait(page, lambda: all_of(page, ".bubble"), "no message appears")
    assert all_of(page, ".bubble")[0].get_property("textContent") == body
    assert all_of(page, ".bubble > *") == []
    assert page.title == "twilio-sim: phones" and len(all_of(page, "h1")) == 1


def test_senders_numbers_and_addresses_are_text_too(page, sim):
    sim.create(sender="A-B_&c", body=None,
               MediaUrl="https://example.org/<img%20src=x%20onerror=alert(1)>")
    wait(page, lambda: all_of(page, ".medium"), "no message appears")
    assert text(page, ".meta b") == "A-B_&c"
    assert all_of(page, "#phones img") == []


def test_what_did_not_arrive_looks_different(page, sim):
    sim.create(to="+15005553003", body="anyone?")
    wait(page, lambda: all_of(page, "li.not-received"), "the message seems to have arrived")
    assert "error 30003" in text(page, "li .facts")


def test_cleared_phones_disappear_and_faults_are_told(page, sim):
    sim.create()
    wait(page, lambda: all_of(page, ".bubble"), "no message appears")
    sim.clear()
    sim.fault("429", rate=0.25)
    wait(page, lambda: all_of(page, "#empty")[0].is_displayed(), "the message stays")
    assert all_of(page, "article") == []
    wait(page, lambda: text(page, "#faults") == "Faults in force: 429 for 25 % of requests",
         "the fault is not told")


def test_nothing_is_loaded_from_elsewhere(page, sim):
    log = " ".join(entry["message"] for entry in page.get_log("performance"))
    asked = set(re.findall(r'"requestWillBeSent".*?"url":"(.*?)"', log)) | set(
        re.findall(r'"url":"(https?:.*?)"', log))
    hosts = {urllib.parse.urlsplit(url).netloc for url in asked if url.startswith("http")}
    assert hosts == {f"127.0.0.1:{sim.port}"}


def test_the_policy_forbids_foreign_scripts(sim):
    for path in ("/", "/page.css", "/page.js", "/icon.svg"):
        status, headers, _ = sim.call("GET", path, auth=None)
        assert status == 200 and "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_it_says_when_the_simulator_is_gone_and_comes_back(browser, make_sim):
    sim = make_sim()
    browser.get(sim.url + "/")
    wait(browser, lambda: text(browser, "#connection") == "live", "the page is not live")
    sim.stop()
    wait(browser, lambda: "does not answer" in text(browser, "#connection"), "it still seems live")
    sim.start()
    sim.create(body="back again")
    wait(browser, lambda: all_of(browser, ".bubble"), "no message appears after the restart")
    assert text(browser, "#connection") == "live"
