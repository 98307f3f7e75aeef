"""Every variable of the environment that the program reads, for `wishmi settings` and for the page on operating."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: what it means, and what holds where it is not set. A secret is never shown."""

    name: str
    meaning: str
    default: str
    is_secret: bool = False


VARIABLES = (
    Variable("WISHMI_MODE", "demo, development or production", "development"),
    Variable(
        "WISHMI_DATA", "folder of the database, published folders, bank files and heads of the chain", "var/"
    ),
    Variable("DATABASE_URL", "sqlite:///path or postgresql://…", "SQLite in WISHMI_DATA", is_secret=True),
    Variable("WISHMI_SECRET_KEY", "signs sessions and forms", "made once, not in production", is_secret=True),
    Variable(
        "WISHMI_FIELD_KEYS", "encrypt fields; newest first", "made once, not in production", is_secret=True
    ),
    Variable("WISHMI_INDEX_KEY", "keys the blind indexes", "made once, not in production", is_secret=True),
    Variable("WISHMI_CITY", "folder of the city", "the one that comes with the program"),
    Variable("WISHMI_POLICY", "folder of the call documents", "policy"),
    Variable("WISHMI_CURRENCY", "the currency of prices, funds and awards", "EUR"),
    Variable("WISHMI_HOSTS", "names the site answers to, separated by commas", "the local ones"),
    Variable("WISHMI_PROXIES", "how many proxies of your own stand before the pages", "0"),
    Variable("WISHMI_POOL", "PostgreSQL connections per process", "10"),
    Variable("WISHMI_SQLITE_SYNCHRONOUS", "FULL or NORMAL", "FULL"),
    Variable("WISHMI_LOG_LEVEL", "debug, info, warning or error", "warning"),
    Variable("WISHMI_METRICS_TOKEN", "who shows it may read /health/metrics", "nobody may", is_secret=True),
)
