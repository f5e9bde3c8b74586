"""Saved estimators: what is loaded predicts the same bits; what cannot be loaded is refused in one line."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from documents import ROOT
from sklearn.cluster import Birch
from sklearn.exceptions import NotFittedError
from small_methods import SMALL
from small_methods import small as small_table

import methods
from methods import declarations, registry
from methods.adapter import AdaptedClusterer
from methods.base import Clusterer
from methods.dec.presets import PRESETS
from methods.model_folder import _digest
from methods.registry import MethodError

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
SHORT = {
    "pretrain_epochs": 1,
    "epochs": 1,
    "init": "kmeans",
    "rounds": 1,
    "warmup_epochs": 0,
    "n_init": 1,
    "device": "cpu",
}
PER_PRESET = {f"dec/{preset}": {**SHORT, "preset": preset} for preset in PRESETS}


def small(name: str, **parameters: object) -> Clusterer:
    """A quick instance for digits of 8 × 8 pixels, whose rows are flattened."""
    shape = {"image_shape": (8, 8, 1)} if registry.method(name.partition("/")[0]).learns_representation else {}
    own = {"n_clusters": 5, "random_state": 3, **shape, **parameters}
    return registry.create("dec", **PER_PRESET[name], **own) if name in PER_PRESET else small_table(name, **own)


def outputs(estimator: Clusterer, X: np.ndarray) -> dict[str, np.ndarray]:
    """The result of each method for new samples that the estimator has."""
    space = estimator.transform(X)
    results = {"predict": estimator.predict(X), "transform": space, "score": np.array(estimator.score(X))}
    if hasattr(estimator, "predict_proba"):
        results["predict_proba"] = estimator.predict_proba(X)
    if hasattr(estimator, "inverse_transform"):
        results["inverse_transform"] = estimator.inverse_transform(space)
    return results


def check_equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    """Equal to the bit: also the signs of zeros."""
    assert one.keys() == other.keys()
    for name, result in one.items():
        assert result.dtype == other[name].dtype, name
        assert result.tobytes() == other[name].tobytes(), name


@pytest.fixture
def samples() -> np.ndarray:
    """Samples that no fit has seen; more than a batch of a network."""
    return np.random.default_rng(0).random((600, 64), dtype=np.float32)


@pytest.fixture(scope="module")
def fit(digits: np.ndarray) -> Callable[[str], Clusterer]:
    """The fit of a small instance, which is made once; no test changes it."""
    return cache(lambda name: small(name).fit(digits))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_model_without_one_of_its_attributes_is_of_another_version(name: str, digits: np.ndarray, tmp_path: Path):
    """A class declares all attributes of its fits, so a model whose attributes differ is refused when it is loaded."""
    fitted = small(name).fit(digits)
    fitted.save(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    state = config["state"]
    needed, optional = (
        {each for base in type(fitted).__mro__ for each in vars(base).get(declared, ())}
        for declared in ("_fitted", "_may_be_fitted")
    )
    assert {*state} - optional == needed
    owner = type(fitted).__name__
    rewrite(tmp_path, {key: value for key, value in state.items() if key in needed})
    assert methods.load(tmp_path).labels_.tolist() == fitted.labels_.tolist()
    for attribute in needed:
        rewrite(tmp_path, {key: value for key, value in state.items() if key != attribute})
        with pytest.raises(
            MethodError, match=f"another version of .*: it has no {attribute}, which {owner} needs; fit"
        ):
            methods.load(tmp_path)
    rewrite(tmp_path, {**state, "later_": 1})
    with pytest.raises(MethodError, match=f"another version of .*: it has later_, which {owner} does not know; fit"):
        methods.load(tmp_path)


def rewrite(folder: Path, state: dict[str, object]) -> None:
    """Change the attributes in config.json, with the right digest."""
    fields = json.loads((folder / "config.json").read_text()) | {"state": state}
    fields.pop("digest")
    (folder / "config.json").write_text(json.dumps({**fields, "digest": _digest(fields)}))


class OfAPlugin(methods.KMeans):
    """A class that does not declare its attributes."""

    def _fit(self, X: np.ndarray, seed: int, progress: object) -> None:
        super()._fit(X, seed, progress)
        self.more_ = 3


def test_a_class_that_does_not_declare_its_attributes_may_have_any(
    digits: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plugin = registry.Plugin("mine", f"{OfAPlugin.__module__}:OfAPlugin", "mine", "1", "")
    monkeypatch.setattr(declarations, "method_plugins", lambda: {"mine": plugin})
    monkeypatch.setitem(sys.modules, OfAPlugin.__module__, sys.modules[__name__])
    OfAPlugin(5, random_state=0).fit(digits).save(tmp_path)
    assert methods.load(tmp_path).more_ == 3
    state = json.loads((tmp_path / "config.json").read_text())["state"]
    rewrite(tmp_path, {key: value for key, value in state.items() if key != "inertia_"})
    with pytest.raises(MethodError, match="it has no inertia_, which OfAPlugin needs; fit again"):
        methods.load(tmp_path)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_loaded_estimator_is_equal_to_the_fitted_one(
    name: str, fit: Callable[[str], Clusterer], digits: np.ndarray, samples: np.ndarray, tmp_path: Path
):
    fitted = fit(name)
    fitted.save(tmp_path / "model")
    loaded = methods.load(tmp_path / "model")
    assert type(loaded) is type(fitted)
    assert loaded.get_params() == fitted.get_params()
    assert vars(fitted).keys() - vars(loaded).keys() <= {"embedding_", "soft_assignments_", "posteriors_", "trace_"}
    for attribute in ("n_features_in_", "image_shape_", "grid_shape_", "n_parameters_", "n_iter_", "history_"):
        assert getattr(loaded, attribute) == getattr(fitted, attribute)
    np.testing.assert_array_equal(loaded.labels_, fitted.labels_)
    for X in (digits, samples, samples[:1]):
        check_equal(outputs(loaded, X), outputs(fitted, X))
    assert {path.name for path in (tmp_path / "model").iterdir()} == {"config.json", "model.safetensors"}
    loaded.save(tmp_path / "again")
    for file in ("config.json", "model.safetensors"):
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "model" / file).read_bytes()


LOADING = """
import pickle, sys
from pathlib import Path
sys.modules["umap"] = sys.modules["numba"] = None  # a new sample does not need them
import numpy as np, torch
import methods
def refused(*arguments, **options): raise AssertionError("pickle")
pickle.load = pickle.loads = torch.load = refused
X = np.load(sys.argv[1] + "/samples.npy")
for folder in sorted(Path(sys.argv[1]).glob("*/")):
    model = methods.load(folder)
    results = {"predict": model.predict(X), "transform": model.transform(X), "score": np.array(model.score(X))}
    if hasattr(model, "predict_proba"):
        results["predict_proba"] = model.predict_proba(X)
    if hasattr(model, "inverse_transform"):
        results["inverse_transform"] = model.inverse_transform(results["transform"])
    np.savez(folder.with_suffix(".npz"), threads=torch.get_num_threads(), **results)
"""


@pytest.mark.slow
def test_in_a_new_process_every_method_and_preset_gives_equal_bits(
    fit: Callable[[str], Clusterer], samples: np.ndarray, tmp_path: Path
):
    """Without UMAP and without pickle, in a process with as many threads."""
    expected = {}
    np.save(tmp_path / "samples.npy", samples)
    for name in [*SMALL, *PER_PRESET]:
        folder = tmp_path / name.replace("/", "-")
        fitted = fit(name)
        fitted.save(folder)
        expected[folder] = outputs(fitted, samples)
    assert len(expected) == len(SMALL) + len(PRESETS)
    environment = {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads())}
    subprocess.run([sys.executable, "-c", LOADING, str(tmp_path)], cwd=ROOT, env=environment, check=True)
    for folder, results in expected.items():
        came = dict(np.load(folder.with_suffix(".npz")))
        assert came.pop("threads") == torch.get_num_threads()
        check_equal(results, came)


@pytest.mark.cuda
@pytest.mark.parametrize(("trained", "used"), [("cpu", "cuda"), ("cuda", "cpu")])
@pytest.mark.parametrize("name", [*(name for name in SMALL if "device" in SMALL[name]), *PER_PRESET])
def test_on_another_device_results_are_equal_to_five_digits(
    name: str, trained: str, used: str, digits: np.ndarray, samples: np.ndarray, tmp_path: Path
):
    fitted = small(name, device=trained).fit(digits)
    fitted.save(tmp_path / "model")
    loaded = methods.load(tmp_path / "model", device=used)
    assert loaded.device == used
    np.testing.assert_allclose(loaded.transform(samples), fitted.transform(samples), atol=1e-5, rtol=1e-5)
    np.testing.assert_array_equal(loaded.labels_, fitted.labels_)


@pytest.mark.cuda
def test_a_pickle_of_a_fit_on_cuda_needs_no_cuda(digits: np.ndarray):
    fitted = small("dec", device="cuda").fit(digits)
    content = pickle.dumps(fitted)
    program = "import pickle, sys; print(*pickle.load(sys.stdin.buffer).labels_)"
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], input=content, cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert done.stdout.split() == [str(label).encode() for label in fitted.labels_]
    assert fitted._device().type == pickle.loads(content)._device().type == "cuda"


@pytest.fixture(scope="module")
def quick(digits: np.ndarray) -> Clusterer:
    """A fitted network."""
    return small("dec/small").fit(digits)


def test_a_pickle_has_its_network_on_the_processor(quick: Clusterer, digits: np.ndarray):
    network = quick.network_
    state = quick.__getstate__()
    assert {weight.device.type for weight in state["network_"].state_dict().values()} == {"cpu"}
    assert quick.network_ is network
    check_equal(outputs(pickle.loads(pickle.dumps(quick)), digits), outputs(quick, digits))


def test_a_pickle_and_a_folder_of_a_device_that_is_not_here_use_the_processor(
    quick: Clusterer, digits: np.ndarray, tmp_path: Path
):
    fitted = pickle.loads(pickle.dumps(quick)).set_params(device="cuda:99")
    fitted.device_ = "cuda:99"
    fitted.save(tmp_path)
    for loaded in (methods.load(tmp_path), pickle.loads(pickle.dumps(fitted))):
        assert (loaded.device, loaded.device_, loaded._device().type) == ("cuda:99", "cuda:99", "cpu")
        check_equal(outputs(loaded, digits), outputs(quick, digits))
    assert methods.load(tmp_path, device="cpu").device == "cpu"
    with pytest.raises(MethodError, match=r"^device='cuda:98' is not available here: PyTorch sees"):
        methods.load(tmp_path, device="cuda:98")


def test_a_pickle_of_an_estimator_that_is_not_fitted_is_its_options():
    again = pickle.loads(pickle.dumps(small("dec")))
    assert again.get_params() == small("dec").get_params()
    with pytest.raises(NotFittedError):
        again.save("nowhere")


def test_a_loaded_estimator_can_be_fitted_again(digits: np.ndarray, tmp_path: Path):
    fitted = small("kmeans").fit(digits)
    fitted.save(tmp_path)
    np.testing.assert_array_equal(methods.load(tmp_path).fit(digits).labels_, fitted.labels_)


def test_names_of_columns_and_the_output_are_kept(digits: np.ndarray, tmp_path: Path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(digits, columns=[f"pixel {i}" for i in range(64)])
    fitted = small("pca-kmeans").set_output(transform="pandas").fit(frame)
    fitted.save(tmp_path)
    loaded = methods.load(tmp_path)
    assert loaded.transform(frame).equals(fitted.transform(frame))
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(frame.rename(columns={"pixel 0": "other"}))


def test_images_keep_their_shape(digits: np.ndarray, tmp_path: Path):
    small("kmeans").fit(digits.reshape(-1, 8, 8)).save(tmp_path)
    loaded = methods.load(tmp_path)
    assert loaded.image_shape_ == (8, 8, 1)
    with pytest.raises(ValueError, match="training data is"):
        loaded.predict(digits.reshape(-1, 4, 16))


def test_seeds_of_any_type_are_kept_or_named(digits: np.ndarray, tmp_path: Path):
    small("kmeans", random_state=np.int64(7)).fit(digits).save(tmp_path)
    assert methods.load(tmp_path).random_state == 7
    fitted = small("kmeans", random_state=np.random.RandomState(7)).fit(digits)
    with pytest.warns(UserWarning, match="random_state is a RandomState, which cannot be kept"):
        fitted.save(tmp_path)
    assert methods.load(tmp_path).random_state is None
    np.testing.assert_array_equal(methods.load(tmp_path).predict(digits), fitted.labels_)


def test_the_file_of_pretrained_weights_is_not_needed(digits: np.ndarray, tmp_path: Path):
    options = {"preset": "small", "pretrain_epochs": 1, "n_init": 1}
    small("ae-kmeans", **options).pretrain(digits, tmp_path / "weights.safetensors")
    fitted = small("ae-kmeans", **options, pretrained=str(tmp_path / "weights.safetensors")).fit(digits)
    fitted.save(tmp_path / "model")
    assert str(tmp_path) not in (tmp_path / "model" / "config.json").read_text()
    (tmp_path / "weights.safetensors").unlink()
    loaded = methods.load(tmp_path / "model")
    assert (fitted.pretrained, loaded.pretrained) == (str(tmp_path / "weights.safetensors"), None)
    check_equal(outputs(loaded, digits), outputs(fitted, digits))


def test_the_configuration_names_what_a_reader_asks_for(quick: Clusterer, tmp_path: Path):
    quick.save(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert (config["format"], config["format_version"]) == ("dec-bench model", 1)
    assert (config["method"], config["class"]) == ("dec", "DEC")
    assert config["options"]["n_clusters"] == 5
    assert config["options"]["preset"] == config["state"]["preset_"] == "small"
    assert config["state"]["image_shape_"] == {"$tuple": [8, 8, 1]}
    assert (config["state"]["device_"], config["state"]["precision_"]) == (quick.device_, quick.precision_)
    assert config["versions"]["dec-bench"] == methods.__version__
    assert {"python", "torch", "scikit-learn", "numpy"} < config["versions"].keys()


def test_a_class_loads_only_its_own_models(digits: np.ndarray, tmp_path: Path):
    small("kmeans").fit(digits).save(tmp_path)
    assert isinstance(methods.KMeans.load(tmp_path), methods.KMeans)
    with pytest.raises(MethodError, match=r"has a KMeans; expected a SOM; methods\.load reads both\.$"):
        methods.SOM.load(tmp_path)


class Unregistered(methods.KMeans):
    """A class that `methods.load` cannot find."""


def test_an_estimator_that_could_not_be_loaded_again_is_not_saved(digits: np.ndarray, tmp_path: Path):
    adapted = AdaptedClusterer(5, estimator=Birch).fit(digits)
    for fitted in (adapted, Unregistered(5, random_state=0).fit(digits)):
        with pytest.raises(MethodError, match=f"^{type(fitted).__name__} is not the class of a registered method"):
            fitted.save(tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_an_attribute_that_cannot_be_kept_is_named_and_nothing_is_written(digits: np.ndarray, tmp_path: Path):
    fitted = small("kmeans").fit(digits)
    fitted.helper_ = {"model": [Birch()]}
    with pytest.raises(MethodError, match=r"^KMeans cannot be saved: helper_\.model\.0 has the type Birch; expected"):
        fitted.save(tmp_path / "model")
    assert not (tmp_path / "model").exists()
