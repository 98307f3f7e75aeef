"""Every main page: nothing for axe to find, nothing wider than the screen, nothing refused by the policy of content."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.builders import NOW, book
from wishmi.core.languages import OWN_NAMES
from wishmi.vouchers.actions import accept_award

pytestmark = pytest.mark.browser
CALL = "milano-2022-individuale"
PUBLIC = (
    "/",
    "/calls/",
    f"/calls/{CALL}/",
    "/check/",
    "/activities/",
    "/activities/?text=niente+di+questo",
    "/place/",
    "/lists/",
    f"/lists/{CALL}/1/",
    "/figures/",
    "/help/",
    "/sign-in/",
    "/personas/",
    "/nowhere/",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def look(me, path):
    """What is wrong with a page."""
    me.go(path)
    found = Axe().run(me.page, options=RULES).response["violations"]
    wrong = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    wider = me.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        wrong.append(("wider than the screen", wider))
    faults = [fault for fault in me.faults if "Failed to load resource" not in fault]
    return [(path, *one) for one in [*wrong, *faults]]


@pytest.mark.parametrize("width", [320, 1280])
def test_public_pages(visitor, town, width):
    me = visitor(width, script=True)
    paths = [*PUBLIC, f"/activities/{town.first.activity_id}/"]
    faults = [fault for path in paths for fault in look(me, path)]
    assert faults == [], "\n".join(map(str, faults))


@pytest.mark.parametrize("width", [320, 1280])
def test_family_pages(visitor, town, width):
    voucher = town.vouchers[0]
    accept_award(NOW, town.home.actor, voucher.award_id)
    booking = book(town.home, voucher, town.first, NOW)
    me = visitor(width, script=True)
    me.enter()
    ref = town.application
    paths = (
        "/family/",
        "/family/household/",
        f"/family/applications/{ref}/",
        f"/family/applications/{ref}/letter/",
        f"/family/applications/{ref}/receipt/",
        f"/family/awards/{voucher.award.ref}/renounce/",
        "/family/wallet/",
        f"/family/wallet/{voucher.ref}/",
        "/family/bookings/",
        f"/family/bookings/{booking.ref}/",
        f"/family/book/{town.first.activity.sessions.latest('id').pk}/",
        f"/family/book/{town.first.pk}/?voucher={voucher.ref}&most=x",
    )
    faults = [fault for path in paths for fault in look(me, path)]
    assert faults == [], "\n".join(map(str, faults))


@pytest.mark.full
@pytest.mark.parametrize("language", OWN_NAMES.values())
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_page_in_every_width_and_language(visitor, town, width, language):
    me = visitor(width, script=True)
    me.go("/")
    me.read_in(language)
    paths = [*PUBLIC, f"/activities/{town.first.activity_id}/"]
    faults = [fault for path in paths for fault in look(me, path)]
    me.enter()
    family = (
        "/family/",
        "/family/household/",
        f"/family/applications/{town.application}/",
        "/family/wallet/",
    )
    faults += [fault for path in family for fault in look(me, path)]
    assert faults == [], "\n".join(map(str, faults))


def test_a_page_can_be_read_from_right_to_left(visitor, town):
    me = visitor(320, script=True)
    me.go("/")
    me.read_in("العربية")
    me.enter()
    family = f"/family/applications/{town.application}/"
    for path in ("/", "/activities/", f"/activities/{town.first.activity_id}/", family, f"{family}letter/"):
        me.go(path)
        wider = me.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider == 0
        heading = me.page.evaluate(
            "getComputedStyle(document.querySelector('h1')).textAlign + getComputedStyle(document.body).direction"
        )
        assert heading == "startrtl"


def test_a_first_visit_is_light(visitor, town):
    me = visitor(360)
    sizes = []
    me.page.on("requestfinished", lambda request: sizes.append((request.url, request.sizes())))
    for path in ("/", "/activities/"):
        sizes.clear()
        me.context.clear_cookies()
        me.go(path)
        me.page.wait_for_load_state("networkidle")
        total = sum(one["responseBodySize"] + one["responseHeadersSize"] for _url, one in sizes)
        assert total < 100_000, sizes
        assert all(url.startswith(me.address) for url, _size in sizes)


@pytest.mark.parametrize("name", ["home", "catalogue", "call", "figures"])
def test_pictures_of_public_pages(visitor, town, name):
    """Shows each page once more on a wide screen; the pictures are kept when WISHMI_PICTURES=1."""
    me = visitor(1280)
    paths = {"home": "/", "catalogue": "/activities/", "call": f"/calls/{CALL}/", "figures": "/figures/"}
    assert me.go(paths[name]).status == 200
    me.picture(name)
