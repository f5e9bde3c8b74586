"""What the page shows of the samples, as it is written and read."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sample_pages import MadeExperiment, made_data

from bench.report.page.material import FILE, FOLDER, Material, read_material

pytestmark = pytest.mark.draws


@pytest.fixture
def made(tmp_path: Path) -> MadeExperiment:
    return MadeExperiment(tmp_path, made_data())


def material_of(made: MadeExperiment) -> Material:
    assert made.material()
    material = read_material(made.store)
    assert material is not None
    return material


def values(text: str, kind: str) -> list[int]:
    return np.frombuffer(base64.b64decode(text), kind).tolist()


def test_the_labels_the_counts_and_the_matching_are_those_of_the_fit(made: MadeExperiment):
    labels = np.arange(60) % 3
    labels[:4] = -1
    made.fit("dbscan", 0, labels)
    (fit,) = material_of(made).fits
    assert values(fit.labels, "<i1") == labels.tolist()
    assert fit.sizes == [18, 19, 19]
    assert fit.n_noise == 4
    assert fit.counts == [[18, 0, 0, 2], [0, 19, 0, 1], [0, 0, 19, 1]]
    assert fit.matched == [0, 1, 2]


def test_typical_and_uncertain_samples_are_those_of_the_assignments(made: MadeExperiment):
    strength = np.linspace(1, 0, 60).astype(np.float32)
    made.fit("dec", 0, np.zeros(60, np.int64), soft_assignments=np.ones((60, 1), np.float32), margin=strength)
    (fit,) = material_of(made).fits
    (cluster,) = fit.clusters
    assert cluster.typical == [0, 1, 2, 3, 4, 5]
    assert cluster.uncertain == [59, 58, 57, 56, 55, 54]
    assert fit.examples is not None


def test_a_map_has_its_hits_its_distances_and_its_prototypes_row_by_row(made: MadeExperiment):
    units = made.data.features[:6].copy()
    made.fit("som", 0, np.arange(60) % 3, grid=(2, 3), prototypes=units, cluster_centers=units)
    (fit,) = material_of(made).fits
    assert fit.map is not None
    assert fit.map.columns == 3
    assert sum(fit.map.hits) == 60
    assert min(fit.map.hits) >= 1  # each unit is a sample
    assert fit.prototypes is not None
    with Image.open(io.BytesIO(made.store.path(FOLDER, fit.prototypes.file).read_bytes())) as image:
        assert image.size == (3 * 8, 2 * 8)
        assert image.getpixel((8, 0)) == tuple([round(255 * float(1 - units[1, 0]))] * 3)


def test_methods_without_a_space_share_the_input_and_odd_numbers_have_no_coordinates(made: MadeExperiment):
    own = np.random.RandomState(1).rand(60, 4).astype(np.float32)
    odd = own.copy()
    odd[7, 2] = np.inf
    made.kmeans(0)
    made.kmeans(1)
    made.fit("dec", 0, np.arange(60) % 3, embedding=own)
    made.fit("dec", 1, np.arange(60) % 3, embedding=odd)
    material = material_of(made)
    assert [fit.space for fit in material.fits] == [0, 0, 1, None]
    assert [(space.is_input, space.n_dimensions) for space in material.spaces] == [(True, 64), (False, 4)]
    assert "not finite" in " ".join(material.left_out)


def test_only_the_lowest_finished_seed_has_prototypes(made: MadeExperiment):
    for seed in (4, 2):
        made.kmeans(seed)
    fits = material_of(made).fits
    assert [(fit.is_lowest, fit.prototypes is not None, bool(fit.clusters)) for fit in fits] == [
        (True, True, True),
        (False, False, False),
    ]


def test_fits_of_folds_and_of_subsamples_are_named_and_left_out(made: MadeExperiment):
    made.kmeans()
    made.fit("som", 0, np.arange(30) % 3, cell={"folds": 2})
    material = material_of(made)
    assert len(material.fits) == 1
    assert material.left_out == [
        "Fits of subsamples, and of the folds of a cross-validation, differ in their samples. Absent here: som."
    ]


def test_without_a_fit_of_all_samples_nothing_is_written(made: MadeExperiment):
    made.fit("som", 0, np.arange(30) % 3, cell={"folds": 2})
    assert not made.material()
    assert not made.store.path(FOLDER).exists()


def test_it_is_written_again_only_for_other_fits_and_old_files_are_removed(made: MadeExperiment):
    made.kmeans(1)
    before = {fit.prototypes.file for fit in material_of(made).fits if fit.prototypes}
    assert not made.material()
    assert made.material(again=True)
    made.kmeans(0)
    after = {fit.prototypes.file for fit in material_of(made).fits if fit.prototypes}
    files = {path.name for path in made.store.path(FOLDER).iterdir()}
    assert after <= files
    assert not before & files


def test_a_changed_file_counts_as_absent(made: MadeExperiment):
    made.kmeans()
    material = material_of(made)
    assert material.thumbnails is not None
    for name in (material.thumbnails.file, FILE):
        path = made.store.path(FOLDER, name)
        content = path.read_bytes()
        path.write_bytes(content[:-9] + b"x" + content[-8:])
        assert read_material(made.store) is None
        assert made.material()  # it is made again


@pytest.mark.parametrize(
    ("shape", "size"),
    [((8, 8, 1), (8, 8)), ((16, 15, 3), (15, 16)), ((100, 30, 2), (8, 28)), ((2, 60, 4), (28, 1))],
)
def test_images_of_any_shape_keep_their_aspect(tmp_path: Path, shape: tuple[int, int, int], size: tuple[int, int]):
    made = MadeExperiment(tmp_path, made_data(shape=shape))
    made.kmeans()
    thumbnails = material_of(made).thumbnails
    assert thumbnails is not None
    assert (thumbnails.width, thumbnails.height, thumbnails.count) == (*size, 60)


def test_a_table_without_labels_has_names_and_no_images(tmp_path: Path):
    names = [f"a/{'long' * 20}/\u202e{row}" for row in range(60)]
    made = MadeExperiment(tmp_path, made_data(shape=None, class_names=None, row_names=names))
    made.kmeans()
    material = material_of(made)
    assert material.thumbnails is None
    assert material.classes is None
    assert material.names is not None
    assert max(map(len, material.names)) <= 40
    assert not any("\u202e" in name for name in material.names)
    assert material.fits[0].counts is None
    assert material.fits[0].clusters


def test_one_cluster_and_equal_samples(tmp_path: Path):
    data = made_data()
    data.features[:] = 0.5
    made = MadeExperiment(tmp_path, data)
    made.fit("kmeans", 0, np.zeros(60, np.int64))
    material = material_of(made)
    assert material.spaces[0].explained is None
    assert material.fits[0].sizes == [60]
