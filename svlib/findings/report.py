"""The quarterly report's own words: headlines, decisions, and one line of verdict."""

from __future__ import annotations

from IPython.display import HTML

from svlib import diagnostic, outcomes, spend
from svlib.findings.contracts import ending_soon, won
from svlib.findings.diagnostic import (
    NO_ANSWERS,
    diagnostic_scores,
    diagnostic_sentences,
    total_of,
)
from svlib.findings.outcomes import NO_COMMITMENTS, progress, standing
from svlib.findings.spend import local, local_tile, payoff, total, year_on_year
from svlib.show import between, count, money, pounds, share, tiles
from svlib.view import OpenQuarter

_PIPELINE_MONTHS = 6


def headlines(q: OpenQuarter) -> list[str]:
    """What a director should know after one minute; each sentence comes from a measure."""
    return [
        total(q),
        *year_on_year(q),
        local(q),
        *won(q),
        standing(q) if len(q.commitments) else NO_COMMITMENTS,
        diagnostic_sentences(q)[0] if len(q.answers) else NO_ANSWERS,
    ]


def headline_tiles(q: OpenQuarter) -> HTML:
    """Four key figures of the quarter."""
    whole = spend.totals(q.payments).iloc[0]
    figures = [
        ("Net spend", money(whole.net_gbp), count(whole.suppliers, "named supplier")),
        local_tile(q),
    ]
    if len(q.commitments):
        found = progress(q)
        on_track = int((found["state"] == "on track").sum())
        due = int((found["state"] != "not yet due").sum())
        figures.append(("Commitments on track", f"{on_track} of {due}", "of those due by now"))
    if len(q.answers):
        score = total_of(q, diagnostic_scores(q)).capped
        shown = "not known" if score is None else f"{score:.0f} of 100"
        figures.append(("Diagnostic score", shown, "after the evidence rules"))
    return tiles(figures)


def decisions(q: OpenQuarter) -> list[str]:
    """What the figures ask for: a list that is empty of advice when nothing calls for any."""
    lines = [payoff(q), *_contracts(q), *_pipeline(q), *_weakest(q), *_months(q)]
    found = [line for line in lines if line]
    return found or ["The figures of this quarter call for no decision."]


def verdict(q: OpenQuarter) -> str:
    """The quarter in a few plain lines for logs and e-mails."""
    whole = spend.totals(q.payments).iloc[0]
    shares = spend.area_shares(q.payments, q.areas).set_index("area").loc[q.areas.local]
    lines = [
        f"{q.authority}, {q.label}",
        f"net spend {pounds(whole.net_gbp)} on {whole.payments} lines, {whole.suppliers} suppliers",
        f"{q.areas.local}: {share(shares.share)} of placed spend, "
        f"{between(shares.low, shares.high)} of all",
        f"warnings: {len(q.warnings)}",
    ]
    return "\n".join(lines)


def _contracts(q: OpenQuarter) -> list[str]:
    if not len(q.commitments):
        return []
    rows = outcomes.by_contract(progress(q))
    risky = rows[rows["at_risk"] > 0]
    if not len(risky):
        return []
    worst = risky.iloc[0]
    return [
        f"Ask for a recovery plan on {count(len(risky), 'contract')} with commitments at risk, "
        f"first {worst.title} ({worst.supplier}): {worst.at_risk} of "
        f"{count(worst.commitments, 'commitment')} at risk."
    ]


def _pipeline(q: OpenQuarter) -> list[str]:
    if not len(q.contracts):
        return []
    soon = ending_soon(q, _PIPELINE_MONTHS)
    if not soon:
        return []
    return [
        f"Decide now on {soon} that end within {_PIPELINE_MONTHS} months: social value has to be "
        "considered before a new procurement begins."
    ]


def _weakest(q: OpenQuarter) -> list[str]:
    if not len(q.answers):
        return []
    rows = diagnostic.weakest(diagnostic_scores(q), q.questions, 1)
    if not len(rows):
        return []
    first = rows.iloc[0]
    return [f"Weakest point of the diagnostic: {first.question} Next step: {first.next_step}."]


def _months(q: OpenQuarter) -> list[str]:
    if not q.missing_months:
        return []
    return ["Obtain the missing payments file and run this quarter again before it is quoted."]
