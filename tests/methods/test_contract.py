"""The contract of every registered method, in addition to scikit-learn's own checks."""

import inspect
import re

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from sklearn.utils.estimator_checks import parametrize_with_checks
from small_methods import PHASES, SMALL
from small_methods import small as small_table

from methods import registry
from methods.base import Clusterer
from methods.dec.objective import kl_divergence, target_distribution
from methods.progress import Progress, no_progress

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
NAMES = sorted(SMALL)
ONE_WAY = {"umap-gmm", "n2d", "umap-gmm-hidden"}
"""Methods that learn a space and have no way back from it."""
SOFT = {"dec", "dec/all", "ae-gmm", "n2d", "umap-gmm-hidden", "umap-gmm"}
"""Methods with soft assignments."""
PROVIDED = {
    *("n_clusters", "random_state", "verbose", "preset", "latent_dim", "image_shape", "device", "pretrained"),
    "warm_start",
}
"""Constructor arguments that are not `--param` parameters."""


def small(name: str, **parameters: object) -> Clusterer:
    """A quick instance for digits of 8 × 8 pixels, whose rows are flattened."""
    shape = {"image_shape": (8, 8, 1)} if registry.method(name.partition("/")[0]).learns_representation else {}
    return small_table(name, **shape, **parameters)


def test_every_registered_method_has_a_small_instance():
    assert set(registry.METHODS) == {name.partition("/")[0] for name in SMALL}


@parametrize_with_checks([small_table(name, random_state=0) for name in NAMES])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def fitted(name: str, digits: np.ndarray) -> Clusterer:
    """One fit for all tests of a method; no test changes it."""
    return small(name, n_clusters=5, random_state=3).fit(digits)


def test_labels_equal_predict(fitted: Clusterer, digits: np.ndarray):
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(digits))
    assert fitted.labels_.dtype == np.int64


def test_labels_have_no_gaps_and_match_the_centres(fitted: Clusterer):
    assert sorted(set(fitted.labels_)) == list(range(len(fitted.cluster_centers_)))


def test_the_label_of_a_sample_does_not_depend_on_other_samples(fitted: Clusterer, digits: np.ndarray):
    alone = np.concatenate([fitted.predict(digits[i : i + 1]) for i in range(20)])
    np.testing.assert_array_equal(alone, fitted.labels_[:20])


def test_centres_are_in_the_space_of_transform(fitted: Clusterer, digits: np.ndarray):
    space = fitted.transform(digits)
    assert space.dtype == np.float32
    assert fitted.cluster_centers_.shape[1] == space.shape[1]
    np.testing.assert_array_equal(space, digits if fitted.embedding_ is None else fitted.embedding_)


def test_prototypes_are_in_the_input_space(fitted: Clusterer, digits: np.ndarray):
    assert fitted.prototypes_ is not None
    assert fitted.prototypes_.shape[1] == digits.shape[1]
    if fitted.grid_shape_ is not None:
        assert np.prod(fitted.grid_shape_) == len(fitted.prototypes_)


def test_reconstructions_resemble_the_samples(name: str, fitted: Clusterer, digits: np.ndarray):
    assert hasattr(fitted, "inverse_transform") == (fitted.embedding_ is not None and name not in ONE_WAY)
    if hasattr(fitted, "inverse_transform"):
        reconstruction = fitted.inverse_transform(fitted.transform(digits[:100]))
        assert reconstruction.dtype == np.float32
        error = np.square(reconstruction - digits[:100]).mean()
        assert error < np.square(reconstruction[::-1] - digits[:100]).mean()


def test_prototypes_are_the_centres_in_the_input_space(fitted: Clusterer):
    if hasattr(fitted, "inverse_transform"):
        np.testing.assert_array_equal(fitted.inverse_transform(fitted.cluster_centers_), fitted.prototypes_)
        with pytest.raises(ValueError, match=rf"Z has 2 columns; expected {fitted.cluster_centers_.shape[1]}"):
            fitted.inverse_transform(np.zeros((3, 2)))


def test_labels_are_the_largest_soft_assignments(name: str, fitted: Clusterer, digits: np.ndarray):
    assert hasattr(fitted, "predict_proba") == (name in SOFT)
    if name in SOFT:
        shares = fitted.predict_proba(digits)
        assert shares.dtype == np.float32
        assert shares.min() >= 0
        np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(shares.argmax(axis=1), fitted.labels_)
        if fitted.soft_assignments_ is not None:
            np.testing.assert_array_equal(shares, fitted.soft_assignments_)


def test_the_score_is_minus_the_loss(name: str, fitted: Clusterer, digits: np.ndarray):
    space = fitted.transform(digits)
    if name.startswith("dec"):
        q = torch.tensor(fitted.soft_assignments_)
        expected = -float(kl_divergence(target_distribution(q), q))
    elif name in SOFT:
        expected = fitted._mixture._model.score(space.astype(float))
    elif name.startswith("som"):
        expected = -cdist(digits, fitted.prototypes_).min(axis=1).mean()
    else:
        expected = -np.square(cdist(space, fitted.cluster_centers_).min(axis=1)).sum()
    assert fitted.score(digits) == pytest.approx(expected, rel=1e-5)
    assert isinstance(fitted.score(digits), float)


def test_images_and_their_rows_are_equal(name: str, fitted: Clusterer, digits: np.ndarray):
    """Also in the other methods, which have no option for the shape of images."""
    images = digits.reshape(-1, 8, 8)
    of_images = registry.create(name.partition("/")[0], **SMALL[name], n_clusters=5, random_state=3).fit(images)
    np.testing.assert_array_equal(of_images.labels_, fitted.labels_)
    np.testing.assert_array_equal(of_images.cluster_centers_, fitted.cluster_centers_)
    assert of_images.image_shape_ == (8, 8, 1)
    for same in (images, images[..., None], digits):
        np.testing.assert_array_equal(of_images.predict(same), fitted.labels_)
    with pytest.raises(ValueError, match=r"images of shape \(4, 16, 1\) .* training data is \(8, 8, 1\)"):
        of_images.transform(digits.reshape(-1, 4, 16))


def test_output_may_be_a_data_frame(name: str, fitted: Clusterer, digits: np.ndarray):
    frame = small(name, n_clusters=5, random_state=3).set_output(transform="pandas").fit_transform(digits)
    np.testing.assert_array_equal(frame.to_numpy(), fitted.transform(digits))
    assert list(frame.columns) == list(fitted.get_feature_names_out())
    assert frame.columns[0] == f"{type(fitted).__name__.lower()}0"
    if hasattr(fitted, "inverse_transform"):
        np.testing.assert_array_equal(fitted.inverse_transform(frame), fitted.inverse_transform(frame.to_numpy()))


def test_verbose_changes_nothing_but_the_output(
    name: str, fitted: Clusterer, digits: np.ndarray, capsys: pytest.CaptureFixture[str]
):
    small(name, n_clusters=5, random_state=3).fit(digits)
    assert not capsys.readouterr().out
    shown = small(name, n_clusters=5, random_state=3, verbose=True).fit(digits)
    np.testing.assert_array_equal(shown.labels_, fitted.labels_)
    np.testing.assert_array_equal(shown.transform(digits), fitted.transform(digits))
    *phases, last = capsys.readouterr().out.splitlines()
    assert {line.partition(":")[0] for line in phases} == PHASES.get(name, set())
    assert re.fullmatch(rf"{type(fitted).__name__}, 300 samples: \d+\.\d s", last)
    small(name, n_clusters=5, random_state=3, verbose=True).fit(digits, progress=no_progress)
    assert not capsys.readouterr().out


def test_equal_seeds_give_equal_bits(name: str, fitted: Clusterer, digits: np.ndarray):
    again = small(name, n_clusters=5, random_state=3).fit(digits)
    np.testing.assert_array_equal(fitted.labels_, again.labels_)
    np.testing.assert_array_equal(fitted.transform(digits), again.transform(digits))
    np.testing.assert_array_equal(fitted.cluster_centers_, again.cluster_centers_)


def test_a_seed_may_be_any_integer_type(name: str, fitted: Clusterer, digits: np.ndarray):
    again = small(name, n_clusters=5, random_state=np.int64(3)).fit(digits)
    np.testing.assert_array_equal(fitted.labels_, again.labels_)
    with pytest.raises(ValueError, match="random_state"):
        small(name, n_clusters=5, random_state=-1).fit(digits)


def test_another_seed_gives_another_fit(name: str, fitted: Clusterer, digits: np.ndarray):
    other = small(name, n_clusters=5, random_state=4).fit(digits)
    assert not np.array_equal(fitted.cluster_centers_, other.cluster_centers_)


def test_the_global_random_state_does_not_change(name: str, digits: np.ndarray):
    before = np.random.get_state()[1].copy(), torch.get_rng_state()  # noqa: NPY002 - the test is about the global state
    small(name, n_clusters=5, random_state=3).fit(digits).predict(digits)
    after = np.random.get_state()[1], torch.get_rng_state()  # noqa: NPY002
    np.testing.assert_array_equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


def test_read_only_data_do_not_change(name: str, digits: np.ndarray, recwarn: pytest.WarningsRecorder):
    frozen = digits.copy()
    frozen.flags.writeable = False
    small(name, n_clusters=5, random_state=3).fit(frozen)
    np.testing.assert_array_equal(frozen, digits)
    assert not [warning for warning in recwarn if "writable" in str(warning.message)]


def test_true_labels_change_nothing(name: str, fitted: Clusterer, digits: np.ndarray):
    labelled = small(name, n_clusters=5, random_state=3).fit(digits, np.arange(len(digits)) % 5)
    np.testing.assert_array_equal(fitted.labels_, labelled.labels_)


def test_one_cluster_and_as_many_clusters_as_samples(name: str, digits: np.ndarray):
    assert set(small(name, n_clusters=1, random_state=0).fit(digits).labels_) == {0}
    fitted = small(name, n_clusters=12, random_state=0).fit(digits[:12])
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(digits[:12]))
    assert sorted(set(fitted.labels_)) == list(range(len(fitted.cluster_centers_)))


def test_duplicates_leave_no_gaps(name: str):
    X = np.repeat(np.eye(2, 64, dtype=np.float32), 20, axis=0)
    fitted = small(name, n_clusters=5, random_state=0).fit(X)
    assert sorted(set(fitted.labels_)) == list(range(len(fitted.cluster_centers_)))
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(X))


def test_fewer_samples_than_clusters_is_an_error_with_both_numbers(name: str, digits: np.ndarray):
    with pytest.raises(ValueError, match="n_samples=4 must be at least n_clusters=5"):
        small(name, n_clusters=5).fit(digits[:4])


def test_declared_parameters_are_the_arguments_of_the_constructor(name: str):
    declared = {parameter.name: parameter.default for parameter in registry.method(name.partition("/")[0]).parameters}
    signature = inspect.signature(type(small(name)).__init__).parameters
    arguments = {key: value.default for key, value in signature.items() if key != "self" and key not in PROVIDED}
    assert declared == arguments
    assert {key for key, value in signature.items() if value.kind is not value.KEYWORD_ONLY} == {"self", "n_clusters"}
    assert signature["n_clusters"].default == 10


def test_every_parameter_has_a_meaning_and_a_source(name: str):
    for parameter in registry.method(name.partition("/")[0]).parameters:
        assert parameter.help
        assert parameter.source


def test_every_parameter_accepts_its_default_and_refuses_an_invalid_value(name: str, digits: np.ndarray):
    for parameter in registry.method(name.partition("/")[0]).parameters:
        parameter.check(parameter.default)
        wrong = "nonsense" if parameter.kind in ("choice", "bool") else -1
        with pytest.raises(ValueError, match=f"^{parameter.name}={wrong!r} is not valid; expected "):
            small(name, n_clusters=5, **{parameter.name: wrong}).fit(digits)


def test_each_phase_reports_its_progress_in_order_and_ends_at_its_total(name: str, digits: np.ndarray):
    """No small instance ends a phase early by `tol` or `patience`: the exception of the contract does not occur."""
    reports: dict[str, list[Progress]] = {}
    fitted = small(name, n_clusters=5, random_state=0)
    fitted.fit(digits, progress=lambda report: reports.setdefault(report.phase, []).append(report))
    assert set(reports) == PHASES.get(name, set())
    for phase in reports.values():
        assert len({report.total for report in phase}) == 1
        assert [report.done for report in phase] == sorted(report.done for report in phase)
        assert all(0 <= report.done <= report.total for report in phase)
        assert phase[-1].done == phase[-1].total > 0


@pytest.mark.parametrize("value", ["x", 2, None])
def test_verbose_is_checked_like_other_options(value: object, digits: np.ndarray):
    with pytest.raises(ValueError, match=f"^verbose={value!r} is not valid; expected true or false"):
        small("kmeans", n_clusters=5, verbose=value).fit(digits)
