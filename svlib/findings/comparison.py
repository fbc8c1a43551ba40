"""Compared with what: the headlines beside other authorities', and targets beside baselines."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from svlib import spend
from svlib.parameters import Target
from svlib.show import between, listed, share, table
from svlib.view import OpenQuarter

_NAMES = {
    "share_local": "Share of placed spend in {area}",
    "share_placed": "Share of spend that can be placed",
    "share_sme": "Share with small and medium firms, of known size",
    "share_vcse": "Share with voluntary and social enterprises, where known",
    "share_top_10": "Share of the ten largest suppliers",
    "effective_suppliers": "Equal suppliers it is as concentrated as",
}
_TARGETS = {"share_local": "local", "share_sme": "sme", "share_vcse": "vcse"}


def comparison_table(q: OpenQuarter) -> HTML:
    """Each headline, its target and baseline, and the range of the other authorities held."""
    area = q.areas.local_area
    own = spend.headline_figures(q.payments, area)
    others = {name: spend.headline_figures(lines, area) for name, lines in q.others.items()}
    found = spend.comparison(own, others)
    told = pd.DataFrame(
        {
            "headline": [_NAMES[one].format(area=area.name) for one in found["headline"]],
            "target": [_target(q, one) for one in found["headline"]],
        }
    )
    for column in ("own", "lowest", "middle", "highest"):
        pairs = zip(found["headline"], found[column], strict=True)
        told[f"said_{column}"] = [_said(headline, value) for headline, value in pairs]
    told["authorities"] = found["authorities"]
    limits = spend.headline_bounds(q.payments, area)
    told["said_own"] = [
        f"{said}; {between(*limits[headline])} of all" if headline in limits else said
        for headline, said in zip(found["headline"], told["said_own"], strict=True)
    ]
    columns = {"headline": f"{q.label}", "said_own": q.authority, "target": "Target and baseline"}
    if others:
        columns |= {
            "said_lowest": "Lowest elsewhere",
            "said_middle": "Middle",
            "said_highest": "Highest",
            "authorities": "Authorities",
        }
    return table(told, "Compared with what", columns)


def comparison_sentences(q: OpenQuarter) -> list[str]:
    """With whom the headlines are compared, and by which definitions."""
    if not q.others:
        return [
            f"No comparison held: no other authority's {q.label} is in the store. Run one whose "
            "parameters are in this project, and it stands beside these figures."
        ]
    return [
        f"Beside {listed(list(q.others))} in {q.label}, all by the definition of local used here "
        f"({q.areas.local_area.name}). A share of what is known in part is compared only where at "
        "least half of net spend is known. Councils publish and exclude different things, so a "
        "difference is a question, not a judgement."
    ]


def _said(headline: str, value: float | None) -> str:
    if headline == "effective_suppliers" and value is not None:
        return f"{value:,.0f}"
    return share(value)


def _target(q: OpenQuarter, headline: str) -> str:
    target: Target | None = getattr(q.parameters.targets, _TARGETS.get(headline, ""), None)
    if target is None:
        return "none set"
    base = "no baseline" if target.baseline is None else f"from {share(float(target.baseline))}"
    return f"{share(float(target.share))} by {target.by.label}, {base}"
