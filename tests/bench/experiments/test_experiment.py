"""The options of the command line become cells; wrong options are refused."""

import re
import subprocess
import sys
from importlib.machinery import ModuleSpec

import pytest

from bench.errors import UsageError
from bench.experiments.experiment import Experiment, parse_experiment, preset_of_images
from bench.store.records import DataSummary

DIGITS = DataSummary(
    name="digits",
    source="scikit-learn",
    revision="1",
    split="all",
    digest="d" * 64,
    n_samples=1797,
    n_features=64,
    image_shape=(8, 8, 1),
    class_names=[str(digit) for digit in range(10)],
)


def experiment(**typed: object) -> Experiment:
    defaults: dict[str, object] = {
        "methods": "dec,som,kmeans",
        "dataset": "digits",
        "split": "train+test",
        "seeds": "2",
        "presets": None,
        "latent_dims": None,
        "n_clusters": None,
        "params": [],
    }
    return parse_experiment(**{**defaults, **typed})


def test_latent_sizes_and_presets_multiply_only_methods_that_learn_a_representation():
    cells = experiment(methods="dec,ae-kmeans,som,kmeans", latent_dims="5,10", presets="small,sha12").cells(DIGITS)
    count = {name: sum(cell.method == name for cell in cells) for name in ("dec", "ae-kmeans", "som", "kmeans")}
    assert count == {"dec": 8, "ae-kmeans": 8, "som": 2, "kmeans": 2}
    assert len({cell.key for cell in cells}) == len(cells)


def test_every_method_gets_the_same_seeds():
    cells = experiment(seeds="0,4,7").cells(DIGITS)
    assert {name: [c.seed for c in cells if c.method == name] for name in ("dec", "som")} == {
        "dec": [0, 4, 7],
        "som": [0, 4, 7],
    }


def test_the_default_latent_size_is_the_latent_size_of_the_preset():
    assert {cell.latent_dim for cell in experiment(presets="sha12").cells(DIGITS) if cell.method == "dec"} == {64}


def test_values_of_a_parameter_make_a_grid():
    cells = experiment(methods="dec", seeds="1", params=["dec.kl_weight=0.1,0.5", "dec.lr=0.01,0.001"]).cells(DIGITS)
    assert [cell.params for cell in cells] == [
        {"kl_weight": 0.1, "lr": 0.01},
        {"kl_weight": 0.1, "lr": 0.001},
        {"kl_weight": 0.5, "lr": 0.01},
        {"kl_weight": 0.5, "lr": 0.001},
    ]


def test_the_default_number_of_clusters_is_the_number_of_class_names():
    assert {cell.n_clusters for cell in experiment().cells(DIGITS)} == {10}
    assert {cell.n_clusters for cell in experiment(n_clusters="7").cells(DIGITS)} == {7}


def test_several_numbers_of_clusters_are_an_axis_like_the_seeds():
    cells = experiment(methods="kmeans,som", seeds="2", n_clusters="5,15").cells(DIGITS)
    turn = [("kmeans", 5), ("kmeans", 15), ("som", 5), ("som", 15)]
    assert [(cell.method, cell.n_clusters) for cell in cells] == turn * 2
    assert [cell.seed for cell in cells] == [0] * 4 + [1] * 4


TABLE = DataSummary(
    name="iris.csv",
    source="iris.csv",
    revision="1",
    split="all",
    digest="d" * 64,
    n_samples=150,
    n_features=4,
    image_shape=None,
    class_names=["a", "b", "c"],
    feature_kind="columns, standardised",
)


def test_a_table_gets_mlp_with_at_most_as_many_codes_as_features():
    asked = experiment(dataset="iris.csv")
    cells = [cell for cell in asked.cells(TABLE) if cell.method == "dec"]
    assert {(cell.preset, cell.latent_dim) for cell in cells} == {("mlp", 4)}
    (remark,) = asked.remarks(TABLE)
    assert "preset mlp: the latent size is 4 instead of 10, because 'iris.csv' has 4 features" in remark
    assert experiment(dataset="iris.csv", latent_dims="2").remarks(TABLE) == []
    assert experiment(methods="som").remarks(TABLE) == []
    assert {cell.preset for cell in experiment(methods="dec").cells(DIGITS)} == {"small"}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            {"presets": "mlp,convdec"},
            "preset convdec has convolutions, .* 4 columns, standardised; expected --preset mlp",
        ),
        ({"latent_dims": "5"}, "latent size 5 is larger than the 4 features of 'iris.csv'; expected at most 4"),
        ({"params": ["dec.warmup_epochs=40"]}, "dec with preset"),
    ],
)
def test_what_does_not_suit_a_table_is_one_line(typed: dict[str, object], message: str):
    with pytest.raises(UsageError, match=message):
        experiment(methods="dec", dataset="iris.csv", **typed).cells(TABLE)
    assert experiment(methods="som,kmeans", dataset="iris.csv", presets="convdec").cells(TABLE)


@pytest.mark.parametrize(
    ("method", "option", "shown"),
    [
        ("dec", "augment=true", "augment=True"),
        ("dec", "cluster_triplet_weight=0,0.1", "cluster_triplet_weight=0.1"),
        ("dec", "cluster_contrastive_weight=0.1", "cluster_contrastive_weight=0.1"),
        ("ae-kmeans", "contrastive_weight=0.1", "contrastive_weight=0.1"),
        ("n2d", "augment_pretraining=true", "augment_pretraining=True"),
        ("umap-gmm-hidden", "augment_pretraining=true", "augment_pretraining=True"),
    ],
)
def test_options_that_augment_images_are_refused_for_a_table(method: str, option: str, shown: str):
    asked = experiment(methods=f"kmeans,{method}", dataset="iris.csv", params=[f"{method}.{option}"])
    with pytest.raises(UsageError) as error:
        asked.cells(TABLE)
    assert str(error.value) == (
        f"{method}: {shown} needs images, because it trains on augmented images, and 'iris.csv' has 4 columns, "
        "standardised; leave it out, or give --image-shape if each row is an image."
    )
    assert asked.cells(DIGITS)


def test_bundled_sets_get_the_small_preset_and_other_sets_sha12():
    assert (preset_of_images("mnist-5k"), preset_of_images("ylecun/mnist")) == ("small", "sha12")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"methods": "decc"}, "unknown method 'decc'; did you mean 'dec'?"),
        ({"methods": "dec,dec"}, "names 'dec' twice"),
        ({"methods": ","}, "--methods is empty"),
        ({"presets": "sha21"}, "did you mean 'sha12'?"),
        ({"seeds": "3,3"}, "names '3' twice"),
        ({"seeds": "0"}, "means no seeds; expected 1 or more, or a list: `0,` means only seed 0"),
        ({"seeds": "1-5"}, "'1-5' is not valid; expected a number of seeds, such as 3, or a list, such as 0,4,7"),
        ({"seeds": "0 1 2"}, "expected values separated by commas: 0,1,2"),
        ({"seeds": "9" * 5000}, "is not valid; expected integers from 1"),
        ({"methods": "dec; som"}, "expected values separated by commas: dec,som"),
        ({"seeds": "x"}, "'x' is not valid"),
        ({"seeds": "1.5"}, "'1.5' is not valid"),
        ({"seeds": "-1,2"}, "'-1' is not valid"),
        ({"seeds": ""}, "'' is not valid; expected a number of seeds"),
        ({"seeds": "4294967296,"}, "is not valid"),
        ({"seeds": "1,01"}, "names '01' twice"),
        ({"seeds": "20261123"}, "20261123 seeds are not valid; expected at most 10000, or a list"),
        ({"methods": "DEC"}, "unknown method 'DEC'; did you mean 'dec'?"),
        ({"latent_dims": "0"}, "'0' is not valid; expected integers from 1"),
        ({"n_clusters": "1"}, "--n-clusters 1: '1' is not valid; expected integers from 2 to"),
        ({"n_clusters": "0"}, "--n-clusters 0: '0' is not valid; expected integers from 2 to"),
        ({"n_clusters": "5,5"}, "--n-clusters 5,5 names '5' twice"),
        ({"n_clusters": "5;10"}, "--n-clusters '5;10' is not valid; expected values separated by commas: 5,10"),
        ({"params": ["dec.epoch=3"]}, "did you mean 'epochs'?"),
        ({"params": ["dec.epochs=many"]}, "dec.epochs='many' is not valid; expected an integer"),
        ({"params": ["dec.epochs=-1"]}, "dec.epochs=-1 is not valid"),
        ({"params": ["dec.kl_weight=nan"]}, "is not valid; expected a number"),
        ({"params": ["dec.epochs"]}, "expected METHOD.NAME=VALUE"),
        ({"params": ["epochs=3"]}, "expected METHOD.NAME=VALUE[,VALUE…], such as dec.epochs=3"),
        ({"params": ["power=1"]}, "such as dec.target_power=1 or dec.final_target_power=1."),
        ({"methods": "dec", "params": ["sigma=2"]}, "such as som.sigma=2."),
        ({"params": ["nonsense=1"]}, "expected METHOD.NAME=VALUE[,VALUE…]."),
        ({"params": ["DEC.lr=1"]}, "method 'DEC' is not in --methods (dec, som, kmeans). did you mean 'dec.lr'?"),
        ({"params": ["dec.epochs=1", "dec.epochs=2"]}, "given twice"),
        ({"params": ["ae-kmeans.n_init=2"]}, "method 'ae-kmeans' is not in --methods"),
        ({"params": ["dec.n_clusters=3"]}, "unknown parameter of dec 'n_clusters'"),
        ({"methods": "som", "params": ["som.sigma=1,1.0"]}, "names '1.0' twice"),
        ({"methods": "a:B", "params": ["a:B.n_clusters=3"]}, "n_clusters is given by --n-clusters, not by --param"),
        (
            {"methods": "a.b:C", "params": ["a.b:C=3"]},
            "--param a.b:C=3 names no option of 'a.b:C'; expected a.b:C.NAME=VALUE[,VALUE…].",
        ),
        ({"methods": "a:B", "params": ["a:B.random_state=3"]}, "random_state is given by --seeds, not by --param"),
        ({"methods": "a:B", "params": ["a:B.eps=inf"]}, "'inf' is not valid; expected a finite number"),
        ({"params": ["dec.n_starts=1,2", "dec.init=gmm"]}, "dec with preset small: n_starts=2 is not valid"),
        (
            {"presets": "sha12,quick", "params": ["dec.epochs=3"]},
            "with preset quick: warmup_epochs=4 must be at most epochs=3",
        ),
        (
            {"methods": "ae-gmm", "presets": "quick", "params": ["ae-gmm.patience=3"]},
            "ae-gmm with preset quick: patience needs lr_schedule='constant'",
        ),
    ],
)
def test_a_wrong_option_is_one_line(typed: dict[str, object], message: str):
    with pytest.raises(UsageError) as error:
        experiment(**typed)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("typed", "data", "message"),
    [
        ({"latent_dims": "65"}, {}, "latent size 65 is larger than the 64 features"),
        (
            {},
            {"image_shape": (7, 64, 1), "n_features": 448},
            "preset small: image_shape=7×64×1 is not valid; expected at least 8×8",
        ),
        ({"n_clusters": "5,1798"}, {}, "expected 2 to 1797"),
        ({}, {"class_names": None}, "has no labels; give the number of clusters with --n-clusters"),
        ({}, {"class_names": ["only"]}, "n_clusters=1, the number of classes, is not valid"),
        ({"n_clusters": "2"}, {"n_samples": 1}, "too few samples, 1; expected 2 or more"),
    ],
)
def test_an_option_that_does_not_fit_the_data_is_one_line(
    typed: dict[str, object], data: dict[str, object], message: str
):
    changed = DataSummary(**{**{name: getattr(DIGITS, name) for name in DIGITS.__struct_fields__}, **data})
    with pytest.raises(UsageError, match=message):
        experiment(**typed).cells(changed)


def test_the_values_true_and_1_are_different():
    cells = experiment(methods="sklearn.cluster:DBSCAN", seeds="1", params=["sklearn.cluster:DBSCAN.x=1,true"]).cells(
        DIGITS
    )
    assert [cell.params for cell in cells] == [{"x": 1}, {"x": True}]
    assert len({cell.key for cell in cells}) == 2


def test_a_latent_size_larger_than_the_input_is_refused_only_for_methods_that_use_it():
    assert experiment(methods="kmeans", latent_dims="65").cells(DIGITS)


def test_checking_the_options_imports_no_large_library():
    code = "import sys, bench.cli.app; print({'torch', 'sklearn', 'numpy', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            {"methods": "umap-gmm"},
            "method umap-gmm needs umap, which is not installed: pip install 'dec-bench[manifold]'",
        ),
        ({"methods": "dec", "params": ["dec.init=kmeans,manifold"]}, "dec with init=manifold needs umap"),
        ({"methods": "dec", "params": ["dec.init=hidden-manifold"]}, "dec with init=hidden-manifold needs umap"),
        ({"methods": "dec", "presets": "small,flagship"}, "dec with init=hidden-manifold needs umap"),
    ],
)
def test_a_missing_library_is_named_before_any_cell_runs(typed: dict, message: str, monkeypatch: pytest.MonkeyPatch):
    experiment(**typed)
    monkeypatch.setattr("methods.declarations.find_spec", lambda module: None)
    with pytest.raises(UsageError, match=re.escape(message)):
        experiment(**typed)
    experiment(methods="dec,ae-gmm,pca-kmeans", params=["dec.init=gmm"])
    experiment(methods="dec,ae-gmm", presets="flagship", params=["dec.init=gmm"])


def test_a_folder_that_an_uninstaller_left_behind_is_not_a_library(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("methods.declarations.find_spec", lambda module: ModuleSpec(module, None))
    with pytest.raises(UsageError, match="umap-gmm needs umap"):
        experiment(methods="umap-gmm")
