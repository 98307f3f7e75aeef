"""The stylesheet: light, cut to what is used, the same for both directions."""

import re

from wishmi.web.build import BUILT, STYLES, build, stylesheet
from wishmi.web.stylesheet import Sheet, logical


def test_built_twice_gives_the_same_bytes():
    build()
    first = (BUILT / "wishmi.css").read_bytes()
    build()
    assert (BUILT / "wishmi.css").read_bytes() == first


def test_the_stylesheet_is_light():
    made = build()
    assert made.stylesheet_bytes < 60_000
    assert made.wire_bytes < 15_000
    assert {"it", "en"} <= set(made.languages)


def test_no_side_is_named_and_nothing_is_fetched():
    text = stylesheet()
    assert not re.findall(r"[;{](?:margin|padding|border)-(?:left|right)\b", text)
    assert not re.findall(r"text-align:\s*(?:left|right)\b", text)
    assert "url(" not in text
    assert "@font-face" not in text
    assert "@import" not in text


def test_only_used_selectors_stay():
    css = ".used,.unused{color:red}.used .unused{color:red}@media (min-width:1px){.unused{a:b}}.used:not(.other){c:d}"
    assert Sheet(css, {"used"}, set()).text("") == ".used{color:red}\n.used:not(.other){c:d}\n"


def test_only_read_variables_stay():
    css = ".a{--x:1;--y:var(--z);--z:2;width:var(--y)}"
    assert Sheet(css, {"a"}, set()).text("") == ".a{--y:var(--z);--z:2;width:var(--y)}\n"


def test_sides_become_directions():
    assert logical("a{margin:1px 2px 3px 4px;float:left;left:0;padding:1px 2px}") == (
        "a{margin-block:1px 3px;margin-inline:4px 2px;float:inline-start;inset-inline-start:0;padding:1px 2px}\n"
    )


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_colour_can_be_read_on_its_ground():
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", (STYLES / "00-tokens.css").read_text()))
    pairs = [(name, f"{name}-pale") for name in tokens if f"{name}-pale" in tokens and name != "sun"]
    pairs += [
        (name, ground)
        for name in ("ink", "ink-soft", "brand", "coral-deep")
        for ground in ("paper", "card", "sun-pale")
    ]
    assert [(one, other) for one, other in pairs if contrast(tokens[one], tokens[other]) < 4.5] == []
    assert contrast("#ffffff", tokens["brand"]) >= 4.5
    # Borders of controls and the focus ring: 3:1.
    assert contrast(tokens["line-strong"], "#ffffff") >= 3
