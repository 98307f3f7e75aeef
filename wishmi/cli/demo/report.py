"""What a demo run reports: counts, figures of every fund, and what the first final ranking can be checked by."""

import hashlib

from wishmi.awards.models import Stage
from wishmi.awards.publishing import path_of
from wishmi.awards.selectors import outcome_counts
from wishmi.calls.models import Fund
from wishmi.cli.demo.scene import Scene
from wishmi.ledger.selectors import fund_figures


def report_of(scene: Scene) -> dict[str, object]:
    """The machine-readable result of a run."""
    first = Stage.objects.filter(call=scene.reference_call, kind=Stage.Kind.FINAL).get()
    outcomes = outcome_counts(first)
    last = Stage.objects.filter(call=scene.reference_call).order_by("-number")[0]
    ranking = (path_of(first) / "ranking.csv").read_bytes()
    codes = dict(Fund.objects.values_list("ref", "code"))
    funds = []
    for figures in fund_figures(codes):
        data = figures.as_data()
        data["fund"] = codes[figures.fund]
        funds.append(data)
    counted = (
        "households",
        "minors",
        "applications",
        "awarded",
        "bookings",
        "redemptions",
        "payouts",
        "lapsed",
        "second_round_awards",
    )
    return {
        "scale": scene.city.scale,
        "seed": scene.city.seed,
        **{name: scene.counts.get(name, 0) for name in counted},
        "admitted": sum(outcomes.get(name, 0) for name in ("awarded", "waiting", "renounced")),
        "excluded": outcomes.get("excluded", 0),
        "waiting": outcome_counts(last).get("waiting", 0),
        "published": str(path_of(first)),
        "root": first.root,
        "digest": hashlib.sha256(ranking).hexdigest(),
        "funds": funds,
        "acts": {name: count for name, count in sorted(scene.counts.items()) if name not in counted},
    }
