"""The page of the GPU check, from turns, facts and stages that are invented."""

from dataclasses import replace
from pathlib import Path

import pytest
from documents import table_rows
from gpu_check import facts, report, turns
from gpu_check.facts import Fact, Stage
from gpu_check.goals import GOALS, KMEANS, MAP, PLAIN, PRETRAINING, SHA12, SKLEARN, TUNED
from gpu_check.rows import ratios
from gpu_check.turns import OURS, Setting, Turn

H100 = Setting("NVIDIA H100", "a processor, 16 cores", "abc", 1.0)
H200 = replace(H100, card="NVIDIA H200")
COLUMNS = ("work", "peer", "ours", "theirs", "ratio", "goal", "met", "turns", "kernels", "shares", "card")


def turn(work: str, side: str, number: int, seconds: float, images: int = 1000, setting: Setting = H100) -> Turn:
    return Turn(setting, work, side, number, seconds, images)


def stage(name: str, ending: str = "ok", last_line: str = "", setting: Setting = H100) -> Stage:
    return Stage(setting, name, ending, 12.0, 60.0, last_line)


def main_rows(page: str, card: str = "NVIDIA H100") -> list[dict[str, str]]:
    """The rows of the main table of a card."""
    section = page.partition(f"## {card}\n")[2].partition("\n## ")[0].partition("###")[0]
    return [dict(zip(COLUMNS, row, strict=True)) for row in table_rows(section)]


def row_of(page: str, work: str, peer: str = "", card: str = "NVIDIA H100") -> dict[str, str]:
    """The only row of a work and peer."""
    (goal,) = [goal for goal in GOALS if goal.work == work and (not peer or goal.peer == peer)]
    (row,) = [row for row in main_rows(page, card) if (row["work"], row["peer"]) == (goal.what, goal.peer_is or "–")]
    return row


def test_a_row_has_the_median_and_the_spread_of_its_turns():
    ours = [turn(KMEANS, OURS, i, seconds) for i, seconds in enumerate([0.4, 0.2, 0.3])]
    theirs = [turn(KMEANS, SKLEARN, i, seconds) for i, seconds in enumerate([4.0, 4.0, 1.5])]
    row = row_of(report.markdown([*ours, *theirs], [], []), KMEANS)
    assert row["ours"] == "300 ms (200 ms to 400 ms)"
    assert row["theirs"] == "4 s (1.5 s to 4 s)"
    assert row["ratio"] == "10× (5 to 20)", "turns of equal number are compared"
    assert (row["goal"], row["met"], row["turns"]) == ("≤ 500 ms", "yes", "3 / 3")


def test_a_time_that_was_not_measured_as_a_whole_says_so():
    theirs = replace(turn(KMEANS, SKLEARN, 0, 49.0), note="estimated: 1 s for 10,000 samples, × 49")
    ours = replace(turn(KMEANS, OURS, 0, 0.3), note="inertia 27")
    row = row_of(report.markdown([ours, theirs], [], []), KMEANS)
    assert (row["ours"], row["theirs"]) == ("300 ms", "49 s [estimated: 1 s for 10,000 samples, × 49]")


def test_rates_are_compared_by_image_when_the_sides_work_on_different_numbers_of_images():
    measured = [
        turn(PRETRAINING, OURS, 0, 1.0, 600_000),
        turn(PRETRAINING, PLAIN, 0, 2.0, 60_000),
        turn(PRETRAINING, TUNED, 0, 1.0, 300_000),
    ]
    page = report.markdown(measured, [], [])
    plain, tuned = row_of(page, PRETRAINING, PLAIN), row_of(page, PRETRAINING, TUNED)
    assert (plain["ours"], plain["theirs"], plain["ratio"]) == ("600,000 images/s", "30,000 images/s", "20×")
    assert plain["met"] == "yes, yes"
    assert (tuned["ours"], tuned["ratio"], tuned["met"]) == ("600,000 images/s", "2×", "no")


def test_our_turn_without_a_turn_of_the_peer_is_compared_with_the_median():
    ours, peer = [turn(MAP, OURS, i, 1.0) for i in range(3)], [turn(MAP, "minisom", 1, 5.0)]
    assert ratios(ours, peer) == [5.0, 5.0, 5.0]
    assert ratios(ours, []) == []


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([], "not measured: the stage `kmeans` did not run"),
        ([stage("kmeans", "stopped at its limit of 60 s")], "the stage `kmeans` stopped at its limit of 60 s"),
        ([stage("kmeans", "failed with exit status 1"), stage("kmeans", "had no time left")], "had no time left"),
    ],
)
def test_a_missing_stage_is_named(stages: list[Stage], words: str):
    row = row_of(report.markdown([], [Fact(H100, facts.MACHINE, "torch", "2.11")], stages), KMEANS)
    assert words in row["ours"]
    assert words in row["theirs"]
    assert (row["ratio"], row["met"]) == ("–", "not measured")


def test_a_peer_that_is_not_installed_is_named_and_ours_is_still_judged():
    stages = [stage("sha12"), stage("clustpy", last_line="n/a: ClustPy is not installed here")]
    row = row_of(report.markdown([turn(SHA12, OURS, 0, 15.5)], [], stages), SHA12)
    assert (row["ours"], row["theirs"]) == ("15.5 s", "n/a: ClustPy is not installed here")
    assert row["met"] == "no, not measured"


def test_two_cards_are_two_tables_and_every_row_names_its_card():
    measured = [turn(KMEANS, OURS, 0, 0.4), turn(KMEANS, OURS, 0, 0.1, setting=H200), turn(KMEANS, SKLEARN, 0, 8.0)]
    page = report.markdown(measured, [], [])
    first, second = main_rows(page), main_rows(page, "NVIDIA H200")
    assert {row["card"] for row in first} == {"NVIDIA H100"}
    assert {row["card"] for row in second} == {"NVIDIA H200"}
    assert len(first) == len(second) == len(GOALS)
    assert row_of(page, KMEANS)["ratio"] == "20×"
    other = row_of(page, KMEANS, card="NVIDIA H200")
    assert (other["ours"], other["ratio"]) == ("100 ms", "–"), "the peer was measured on the other card"


@pytest.mark.parametrize("change", [{"host": "another processor, 8 cores"}, {"code": "def"}, {"scale": 0.5}])
def test_turns_of_another_host_code_or_amount_of_work_are_in_another_table(change: dict[str, object]):
    other = replace(H100, **change)
    page = report.markdown([turn(KMEANS, OURS, 0, 0.4), turn(KMEANS, OURS, 0, 0.2, setting=other)], [], [])
    assert page.count("\n## NVIDIA H100\n") == 2
    assert "200 ms to" not in page


def test_a_rehearsal_meets_no_goal():
    small = replace(H100, scale=0.02, card="no GPU")
    page = report.markdown([turn(KMEANS, OURS, 0, 0.001, setting=small)], [], [])
    assert {row["met"] for row in main_rows(page, "no GPU")} == {"not judged: a rehearsal"}
    assert "This is a rehearsal: no goal is judged." in page


def test_shares_of_the_ceilings_and_kernels_stand_beside_the_row():
    measured = [turn(PRETRAINING, OURS, 0, 2.0, 1_000_000), turn(PRETRAINING, PLAIN, 0, 2.0, 20_000)]
    numbers = [
        Fact(H100, facts.CEILINGS, facts.BFLOAT16, 500.0, "TFLOP/s", 490.0, 510.0),
        Fact(H100, facts.CEILINGS, facts.COPY, 4000.0, "GB/s"),
        Fact(H100, PRETRAINING, facts.OPERATIONS[facts.BFLOAT16], 1e8),
        Fact(H100, PRETRAINING, facts.BYTES, 2e6),
        Fact(H100, PRETRAINING, facts.kernels_of(OURS), 120.0),
        Fact(H100, PRETRAINING, facts.kernels_of(PLAIN), 231.4),
    ]
    page = report.markdown(measured, numbers, [])
    row = row_of(page, PRETRAINING, PLAIN)
    assert row["shares"] == "bfloat16 product 10.0%, copy 25.0%"  # 5e13 of 5e14 operations, 1e12 of 4e12 bytes
    assert row["kernels"] == "120 / 231"
    assert "| bfloat16 product | 500 TFLOP/s | 490 to 510 | NVIDIA H100 |" in page


def test_what_is_appended_can_be_read_back(tmp_path: Path):
    written = [turn(KMEANS, OURS, 0, 0.123456789), replace(turn(SHA12, "clustpy", 3, 2.0), note='a, "b"')]
    for one in written:
        turns.append(tmp_path / "gpu.csv", [one])
    assert turns.read(tmp_path / "gpu.csv") == written
    numbers = [
        Fact(H100, facts.MACHINE, "torch", "2.11"),
        Fact(H200, facts.CEILINGS, facts.COPY, 1.0, "GB/s", 0.9, 1.1),
    ]
    ended = [stage("tests", last_line="3 passed")]
    facts.add(tmp_path / "gpu.json", [numbers[0], *ended])
    facts.add(tmp_path / "gpu.json", [numbers[1]])
    assert facts.facts(tmp_path / "gpu.json") == numbers
    assert facts.stages(tmp_path / "gpu.json") == ended
    report.main(str(tmp_path))
    assert (tmp_path / "gpu.md").read_text() == report.markdown(written, numbers, ended)


def test_an_empty_folder_gives_a_page_that_says_so(tmp_path: Path):
    report.main(str(tmp_path))
    assert (tmp_path / "gpu.md").read_text().endswith("Nothing was measured.\n")


def test_a_bar_in_a_last_line_does_not_break_the_table():
    page = report.markdown([], [], [stage("tests", "failed with exit status 2", "a|b")])
    assert "| tests | failed with exit status 2 | 12 | 60 | a/b | NVIDIA H100 |" in page
