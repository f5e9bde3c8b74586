"""The rule that names one fit without labels, and the quantity by which it orders fits."""

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from bench.analysis import choice as rule
from bench.analysis.autoinformation import N_NEIGHBOURS, autoinformation, nearest
from bench.analysis.choice import FEWER, MORE, NOISE, choice

RNG = np.random.default_rng(0)
POINTS = np.concatenate([RNG.normal(centre, 0.1, (40, 2)) for centre in (0, 5, 10)])
TRUE = np.repeat([0, 1, 2], 40)
MIXED = RNG.permutation(TRUE)
UNEVEN = np.where(np.arange(120) < 2, 0, np.where(TRUE == 2, 2, 1))


def test_neighbours_are_the_nearest_others() -> None:
    found = nearest(POINTS)
    distances = np.linalg.norm(POINTS[:, None] - POINTS, axis=2)
    np.fill_diagonal(distances, np.inf)
    assert found.shape == (120, N_NEIGHBOURS)
    assert (np.sort(found, axis=1) == np.sort(distances.argsort(axis=1)[:, :N_NEIGHBOURS], axis=1)).all()


def test_of_few_samples_all_others_are_neighbours() -> None:
    assert nearest(POINTS[:3]).shape == (3, 2)


def test_autoinformation_is_the_mutual_information_of_all_steps_in_both_directions() -> None:
    neighbours = nearest(POINTS)
    ends = np.array([(one, other) for one, row in enumerate(neighbours) for other in row])
    both = np.concatenate([ends, ends[:, ::-1]])
    expected = [mutual_info_score(labels[both[:, 0]], labels[both[:, 1]]) / np.log(2) for labels in (TRUE, MIXED)]
    assert autoinformation(neighbours, [TRUE, MIXED]) == pytest.approx(expected)


def test_clusters_without_neighbours_in_others_have_their_entropy() -> None:
    assert autoinformation(nearest(POINTS), [TRUE])[0] == pytest.approx(np.log2(3))


def test_the_names_of_clusters_do_not_matter() -> None:
    one, other = autoinformation(nearest(POINTS), [MIXED, (MIXED + 1) % 3])
    assert one == pytest.approx(other)


def test_the_numbers_of_clusters_may_have_gaps() -> None:
    assert autoinformation(nearest(POINTS), [TRUE * 10_000_000]) == autoinformation(nearest(POINTS), [TRUE])


def test_the_clusters_of_neighbours_are_first() -> None:
    assert choice(POINTS, [MIXED, UNEVEN, TRUE], 3).order == (2, 1, 0)


def test_of_equal_fits_the_earlier_is_first() -> None:
    assert choice(POINTS, [MIXED, TRUE, TRUE], 3).order == (1, 2, 0)


def test_noise_and_missing_clusters_are_left_out_and_named() -> None:
    noisy, fewer = np.where(np.arange(120) == 7, -1, TRUE), np.minimum(TRUE, 1)
    more = np.where(np.arange(120) == 7, 3, TRUE)
    found = choice(POINTS, [noisy, TRUE, fewer, more], 3)
    assert found.order == (1,)
    assert found.left_out == {0: NOISE, 2: FEWER, 3: MORE}
    assert np.isnan(found.bits).tolist() == [True, False, True, True]


def test_rounding_does_not_decide_between_equal_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second value is larger by a rounding error, the third by more."""
    for third, order in ((1.0, (0, 1, 2)), (1.0 + 1e-9, (2, 0, 1))):
        bits = np.array([1.0, 1.0 + 4e-16, third])
        monkeypatch.setattr(rule, "autoinformation", lambda neighbours, labelings, bits=bits: bits)
        found = choice(POINTS, [TRUE, TRUE, TRUE], 3)
        assert found.order == order
        assert found.equal_to_first == ((0, 1, 2) if third == 1.0 else (2,))


def test_without_a_fit_that_can_be_ranked_the_order_is_empty() -> None:
    assert choice(POINTS, [np.zeros(120, int)], 3).order == ()
