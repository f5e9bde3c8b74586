"""The verdicts on claims: intervals of one run, exact counts, and settings."""

from math import expm1, log, sqrt

import pytest
from scipy import stats

from bench.report.claims.measured import Measured, SeedScores
from bench.report.claims.ours import ours_of
from bench.report.claims.published import (
    Arithmetic,
    Better,
    Fact,
    Improvement,
    PublishedClaim,
    PublishedReport,
    Score,
    Setting,
    Source,
    Sum,
)
from bench.report.claims.verdicts import FEWEST_TO_CONFIRM, KINDS, VERDICTS, JudgedClaim, judge, verdicts_of
from bench.statistics.intervals import prediction_interval

ARI = Score("dec", "ari")


def judged(
    source: Source, figure: float | None, scores: SeedScores | None = None, digits: int = 4, **facts: float
) -> JudgedClaim:
    claim = PublishedClaim("a claim", "A claim", "1", figure, source, "equal.", digits=digits, why_not="not equal.")
    report = PublishedReport("A report", (), "sha12", (), "", (claim,))
    (found,) = judge(report, Measured(facts, scores or {}))
    return found


def seeds(*values: float) -> dict[int, float]:
    return dict(enumerate(values))


def of_dec(*values: float) -> SeedScores:
    return {"dec": {"ari": seeds(*values)}}


def test_a_figure_of_one_run_is_inside_or_outside_the_interval_of_one_more_run():
    values = (0.50, 0.52, 0.51, 0.49)
    interval = prediction_interval(values)
    inside, outside = (judged(ARI, figure, of_dec(*values)) for figure in (interval.low + 1e-3, interval.low - 1e-3))
    assert (inside.verdict, outside.verdict) == ("inside", "outside")
    assert inside.ours.interval == interval
    assert (inside.verdict_text, inside.ours.n_seeds) == ("inside", 4)
    assert judged(ARI, interval.high + 1e-3, of_dec(*values)).verdict == "outside"


def test_few_seeds_can_refute_a_figure_but_not_confirm_it():
    """Two or three seeds have an interval so wide that a figure inside it is no evidence."""
    for values in ((0.50, 0.52), (0.50, 0.52, 0.51)):
        inside = judged(ARI, 0.51, of_dec(*values))
        assert inside.verdict_text == f"cannot be decided with {len(values)} seeds"
        assert inside.ours.interval == prediction_interval(values)
        assert judged(ARI, 0.99, of_dec(*values)).verdict == "outside"
    one = judged(ARI, 0.99, of_dec(0.1))
    assert (one.verdict_text, one.ours.interval) == ("cannot be decided with 1 seed", None)


def test_the_fewest_seeds_that_confirm_have_an_interval_at_most_twice_as_wide_as_many():
    widths = [stats.t.ppf(0.975, n - 1) * sqrt(1 + 1 / n) / stats.norm.ppf(0.975) for n in range(2, 50)]
    assert 2 + next(place for place, width in enumerate(widths) if width <= 2) == FEWEST_TO_CONFIRM


def test_the_printed_figure_stands_for_all_numbers_that_are_rounded_to_it():
    values = (0.50004, 0.50004, 0.50004, 0.50004)
    assert judged(ARI, 0.5000, of_dec(*values), digits=4).verdict == "inside"
    assert judged(ARI, 0.5000, of_dec(*values), digits=5).verdict == "outside"


def test_no_interval_goes_beyond_the_bounds_of_its_metric():
    scores = {"dec": {"davies_bouldin_own": seeds(0.52, 0.29, 0.31)}}
    found = judged(Score("dec", "davies_bouldin_own"), 0.35, scores)
    assert prediction_interval([0.52, 0.29, 0.31]).low < 0
    assert found.ours.interval.low == 0


def test_a_method_without_values_has_no_verdict():
    found = judged(ARI, 0.5)
    assert (found.verdict, found.difference) == ("not defined", None)
    assert found.why.startswith("There is no such figure here")


@pytest.mark.parametrize(
    ("source", "figure", "digits", "verdict"),
    [
        (Fact("parameters"), 493_664, 0, "not equal"),  # one per cent less is not equal
        (Fact("parameters"), 500_225, 0, "equal"),
        (Fact("parameters"), 500_000, -5, "equal"),
        (Arithmetic(152_847.9241, 7089.3218, True), 2055.6, 1, "not equal"),
        (Arithmetic(0.7925, 0.4777, True), 65.9, 1, "equal"),
        (Sum((1.0, 2.0)), 3.0, 0, "equal"),
        (Setting("parameters"), 500_225, 0, "taken over"),
        (Setting("parameters"), 500_224, 0, "not taken over"),
        (Fact("parameters"), None, 0, "not defined"),
        (Fact("rooms"), 3, 0, "not defined"),
    ],
)
def test_counts_arithmetic_and_settings_have_no_tolerance(source: Source, figure, digits: int, verdict: str):
    found = judged(source, figure, digits=digits, parameters=500_225.0)
    assert found.verdict == verdict
    assert found.ours.interval is None
    if verdict in ("not equal", "not taken over"):
        assert found.why == "not equal."


def test_2055_6_is_not_what_its_own_figures_give():
    found = judged(Arithmetic(152_847.9241, 7089.3218, True), 2055.6, digits=1)
    assert round(found.ours.summary.mean, 1) == 2056.0
    assert found.difference == pytest.approx(0.43, abs=0.001)


TWO = {
    "dec": {"silhouette_own": seeds(0.7, 0.8, 0.75, 0.72), "davies_bouldin_own": seeds(0.3, 0.4, 0.35, 0.32)},
    "som": {"silhouette_own": seeds(0.05, 0.04, 0.06, 0.05), "davies_bouldin_own": seeds(3.0, 3.1, 2.9, 3.2)},
}


def two(kind: type, name: str = "silhouette_own", shared: bool = False) -> Source:
    return kind(Score("dec", name), Score("som", name), shared)


def test_an_improvement_of_separate_runs_has_the_interval_of_the_ratio_of_one_more_run_of_each():
    found = judged(two(Improvement), 65.9, TWO, digits=1)
    new, base = ([log(value) for value in TWO[method]["silhouette_own"].values()] for method in ("dec", "som"))
    terms = [stats.tvar(values) * (1 + 1 / 4) for values in (new, base)]
    freedom = sum(terms) ** 2 / sum(term**2 / 3 for term in terms)
    apart, half = sum(new) / 4 - sum(base) / 4, stats.t.ppf(0.975, freedom) * sqrt(sum(terms))
    ends = [100 * expm1(apart + sign * half) for sign in (-1, 1)]
    assert (found.ours.interval.low, found.ours.interval.high) == pytest.approx(ends)
    assert found.ours.summary.mean == pytest.approx((0.7425 / 0.05 - 1) * 100)
    assert (found.verdict, found.ours.wins, found.ours.n_seeds) == ("outside", (16, 16), 4)


def test_a_lower_value_is_an_improvement_of_an_index_that_should_be_low():
    found = judged(two(Improvement, "davies_bouldin_own"), 88.8, TWO, digits=1)
    assert found.verdict == "inside"
    assert 0 < found.ours.interval.low < found.ours.summary.mean < found.ours.interval.high < 100


def test_shared_work_is_paired_by_seed():
    scores = {"dec": {"ari": {0: 0.5, 1: 0.6, 2: 0.4}}, "ae-kmeans": {"ari": {2: 0.3, 1: 0.5, 0: 0.41, 3: 0.9}}}
    found = judged(Better(ARI, Score("ae-kmeans", "ari"), shared=True), None, scores)
    assert (found.ours.wins, found.ours.n_seeds) == ((3, 3), 3)
    assert found.ours.interval == prediction_interval([0.5 - 0.41, 0.6 - 0.5, 0.4 - 0.3])
    assert found.verdict == "holds"
    alone = judged(Better(ARI, Score("ae-kmeans", "ari")), None, scores)
    assert (alone.ours.wins[1], alone.ours.n_seeds, alone.verdict) == (12, 3, "cannot be decided")
    assert alone.ours.summary.sd is None, "pairs that have a run in common are not independent"


def test_a_claim_in_words_holds_only_if_the_interval_excludes_zero():
    assert judged(two(Better), None, TWO).verdict == "holds"
    assert judged(two(Better, "davies_bouldin_own"), None, TWO).verdict == "holds"
    turned = {"dec": TWO["som"], "som": TWO["dec"]}
    assert judged(two(Better), None, turned).verdict == "does not hold"
    assert judged(two(Better, "davies_bouldin_own"), None, turned).verdict == "does not hold"
    few = {
        method: {"silhouette_own": seeds(*values)} for method, values in {"dec": (0.7, 0.1), "som": (0.2, 0.1)}.items()
    }
    undecided = judged(two(Better), None, few)
    assert undecided.verdict_text == "cannot be decided with 2 seeds"
    assert undecided.why == "equal. 2 of 4 pairs of our runs agree with the report."


def test_a_percentage_of_a_negative_index_is_not_defined():
    scores = {"dec": {"silhouette_own": seeds(0.7, 0.8)}, "som": {"silhouette_own": seeds(0.05, -0.01)}}
    assert judged(two(Improvement), 65.9, scores).verdict == "not defined"
    assert judged(two(Improvement), 65.9, {"dec": scores["dec"]}).verdict == "not defined"


def test_every_source_is_of_a_kind_and_every_kind_has_verdicts():
    assert set(KINDS.values()) == set(VERDICTS)
    assert set(KINDS) == set(Source.__args__)
    assert verdicts_of("settings") == ("taken over", "not taken over", "not defined")
    assert verdicts_of("rooms") == ("not defined",)
    assert ours_of(PublishedClaim("a", "A", "1", 1, Setting("x"), ""), Measured({"x": 2.0}, {})).summary.mean == 2.0
