"""The languages people read here, each with its own name, in the order they are offered."""

OWN_NAMES = {
    "it": "Italiano",
    "en": "English",
    "ar": "العربية",
    "zh-hans": "简体中文",
    "es": "Español",
    "fil": "Filipino",
    "si": "සිංහල",
    "ro": "Română",
    "uk": "Українська",
    "fr": "Français",
}
LANGUAGES = tuple(OWN_NAMES)
OFFICE_LANGUAGES = ("it", "en")
"""Pages of the office and of providers are written in these alone."""
