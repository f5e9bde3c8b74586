"""The sentence about presets that were put together with true labels in sight."""

from bench.experiments.development import development_notes
from bench.store.records import Cell
from methods.registry import PRESETS


def cells(*presets: str | None) -> list[Cell]:
    return [Cell(method="dec", seed=0, n_clusters=10, preset=preset) for preset in presets]


def test_all_presets_of_a_table_are_named_in_one_sentence():
    assert development_notes(cells("quick", "sha12", None, "flagship", "quick")) == [
        "Presets quick and flagship were put together with the true labels of a part of MNIST in sight."
    ]


def test_other_presets_and_presets_that_no_longer_exist_have_none():
    assert development_notes(cells("sha12", "mlp", None, "of an older version")) == []


def test_each_data_set_has_its_sentence():
    assert development_notes(cells("small", "quick")) == [
        "Preset small was put together with the true labels of MNIST-5k in sight.",
        "Preset quick was put together with the true labels of a part of MNIST in sight.",
    ]


def test_the_presets_of_this_project_with_its_additions_declare_it():
    assert {name for name, preset in PRESETS.items() if preset.developed_on} == {
        "small",
        "flagship",
        "quick",
        "consensus",
    }
