"""`compress` measures smaller forms of the models of a run, keeps what is measured, and refuses in one line."""

import shutil
import sys
from pathlib import Path

import numpy as np
import onnx_files
import pandas as pd
import pytest
from PIL import Image
from sklearn.datasets import load_digits

import bench
from bench.analysis import compression
from bench.cli.app import main

pytestmark = [pytest.mark.slow, pytest.mark.draws]

SHORT = ["--preset", "small", "--threads", "1", "--param", "dec.epochs=4", "--param", "kmeans.n_init=1"]


@pytest.fixture(autouse=True)
def short_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form is timed for milliseconds instead of a second: no test needs an exact speed."""
    monkeypatch.setattr(compression, "LEAST_SECONDS", 0.001)
    monkeypatch.setattr(compression, "TIMED_SAMPLES", 200)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with two seeds of two configurations of dec, and of K-Means, on digits."""
    folder = tmp_path_factory.mktemp("place") / "results"
    options = ["--methods", "kmeans,dec", "--seeds", "2", *SHORT, "--param", "dec.pretrain_epochs=4,8"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.report.figures.write.FIGURES", ())  # those of `compress` are enough
        assert main(["run", "--dataset", "digits", *options, "--name", "old", "--results-dir", str(folder)]) == 0
    return folder


@pytest.fixture
def copy(results: Path, tmp_path: Path) -> Path:
    """A copy of the results folder, without tables of `compress`."""
    return Path(shutil.copytree(results, tmp_path / "results"))


def call(capfd: pytest.CaptureFixture[str], folder: Path, *options: str, code: int = 0, name: str = "old") -> str:
    capfd.readouterr()
    arguments = ["compress", name, *options, "--threads", "1", "--results-dir", str(folder)]
    assert main(arguments) == code
    output, errors = capfd.readouterr()
    assert errors.count("\n") == (1 if code else 0), errors
    return errors if code else output


def frame_of(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "old/compression.csv")


def test_every_seed_of_every_configuration_is_measured_once(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = call(capfd, copy, "--prune", "0.9,0.5", "--samples", "600")
    frame = frame_of(copy)
    forms = ["float32", "pruned 0.5", "pruned 0.9"]
    labels = [f"dec (pretrain_epochs={n})" for n in (4, 8)]
    expected = [(label, form, seed) for label in labels for form in forms for seed in (0, 1)]
    assert list(frame[["label", "form", "seed"]].itertuples(index=False, name=None)) == expected
    assert frame["settings"].str.startswith("600 of 1,797 samples; fine-tuning 2 epochs, 1 thread").all()
    plain, others = frame[frame["form"] == "float32"], frame[frame["form"] != "float32"]
    assert (plain[["agreement", "ari_float32", "speedup_1", "speedup_2"]] == 1).all(axis=None)
    assert (others["agreement"] < 1).any()
    assert (frame["n_zeros"] == (frame["share"] * frame["n_weights"]).round()).all()
    assert (others["deflated_bytes"].to_numpy() < plain["deflated_bytes"].min()).all()
    assert f"{copy}/old/compression.md" in output
    assert sum("times as fast on one thread" in line for line in output.splitlines()) == 4
    assert (copy / "old/figures/compression.png").stat().st_size > 10_000

    before = (copy / "old/compression.csv").read_bytes()
    assert "12 rows of the table are kept; --force" in call(capfd, copy, "--prune", "0.9,0.5", "--samples", "600")
    assert (copy / "old/compression.csv").read_bytes() == before
    more = ["--method", labels[0], "--prune-channels", "0.5", "--samples", "600"]
    call(capfd, copy, *more)
    added = frame_of(copy)
    assert len(added) == 14
    pd.testing.assert_frame_equal(
        added[added["kind"] != "channels"].drop(columns="digest").reset_index(drop=True), frame.drop(columns="digest")
    )
    assert "14 rows of other settings" in call(capfd, copy, *more, "--finetune-epochs", "1")
    assert len(frame_of(copy)) == 4


def test_the_table_has_the_accuracy_of_the_run_and_honest_words(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    label = "dec (pretrain_epochs=8)"
    call(capfd, copy, "--method", label, "--prune", "0.5")
    frame, cells = frame_of(copy), bench.load("old", copy).cells
    for seed in (0, 1):
        (row,) = frame[(frame["form"] == "float32") & (frame["seed"] == seed)].to_dict("records")
        (cell,) = cells[(cells["pretrain_epochs"] == 8) & (cells["seed"] == seed)].to_dict("records")
        assert (row["accuracy"], row["ari"]) == pytest.approx((cell["accuracy"], cell["ari"]), abs=2e-3)
    text = (copy / "old/compression.md").read_text()
    assert "Preset small was put together with the true labels of MNIST-5k in sight" in text
    assert "Pruned weights are zeros" in text
    assert "True labels are used only for the columns accuracy and ARI" in text
    accuracies = frame[frame["form"] == "pruned 0.5"]["accuracy"]
    assert f"{accuracies.mean():.3f} ± {accuracies.std():.3f}" in text


def test_a_form_that_has_lost_all_clusters_is_named(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    label = "dec (pretrain_epochs=8)"
    output = call(capfd, copy, "--method", label, "--prune", "0.5,0.9999", "--samples", "300")
    line = f"{label}, pruned 0.9999 (seeds 0, 1): all samples get one label, or labels that agree with those of "
    assert sum(line in " ".join(each.split()) for each in output.splitlines()) == 1
    text = (copy / "old/compression.md").read_text()
    assert text.count("Too much is pruned") == 1
    assert "pruned 0.5 (seed" not in text


def test_force_measures_again_with_the_same_sizes_and_labels(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    options = ["--method", "dec (pretrain_epochs=4)", "--prune-channels", "0.5", "--samples", "600"]
    call(capfd, copy, *options)
    first = frame_of(copy)
    call(capfd, copy, *options, "--force")
    second = frame_of(copy)
    timed = [name for name in first if "per_second" in name or "speedup" in name]
    assert (first[timed] != second[timed]).any(axis=None)
    timed.append("digest")
    pd.testing.assert_frame_equal(first.drop(columns=timed), second.drop(columns=timed))


def test_an_interrupted_command_continues(
    copy: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench.commands import compress

    measured, calls = compress.measured, []

    def second_fails(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return measured(*arguments)

    options = ["--method", "dec (pretrain_epochs=4)", "--prune", "0.5", "--samples", "300"]
    with monkeypatch.context() as patched:
        patched.setattr(compress, "measured", second_fails)
        assert main(["compress", "old", *options, "--threads", "1", "--results-dir", str(copy)]) == 130
    assert len(frame_of(copy)) == 2
    assert "2 rows of the table are kept" in call(capfd, copy, *options)
    assert len(frame_of(copy)) == 4


def test_a_damaged_table_is_set_aside(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    options = ["--method", "dec (pretrain_epochs=4)", "--prune", "0.5", "--samples", "300"]
    call(capfd, copy, *options)
    file = copy / "old/compression.csv"
    file.write_text(file.read_text().replace(",0.5,", ",0.6,"))
    output = call(capfd, copy, *options)
    assert "compression.csv.corrupt; everything is measured again" in output
    assert set(frame_of(copy)["share"]) == {0.0, 0.5}


def test_integers_stand_beside_the_same_weights_in_onnx(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    onnx_files.skip_without_onnx()
    call(capfd, copy, "--method", "dec (pretrain_epochs=8)", "--quantize", "int8")
    means = frame_of(copy).groupby("kind").mean(numeric_only=True)
    assert list(frame_of(copy)["kind"].unique()) == ["float32", "onnx", "int8"]
    assert means["agreement"]["onnx"] > 0.999
    assert means["agreement"]["int8"] > 0.9
    assert means["bytes"]["int8"] < 0.7 * means["bytes"]["onnx"]


def test_data_without_labels_have_no_accuracy(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, folder = tmp_path / "images.npy", tmp_path / "results"
    np.save(file, (load_digits().images[:300] / 16).astype(np.float32))
    options = [
        "--methods",
        "dec",
        "--n-clusters",
        "10",
        "--seeds",
        "1",
        *SHORT[:-2],
        "--param",
        "dec.pretrain_epochs=2",
    ]
    assert main(["run", "--dataset", str(file), *options, "--name", "old", "--results-dir", str(folder)]) == 0
    output = call(capfd, folder, "--prune", "0.5")
    assert frame_of(folder)[["accuracy", "ari"]].isna().all(axis=None)
    assert "of the labels as float32" in output
    assert "accuracy" not in output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--prune", "1.0"], "--prune 1.0 is not valid; expected shares between 0 and 1"),
        (["--prune", "0.5,"], "expected shares between 0 and 1"),
        (["--prune-channels", "0"], "--prune-channels 0 is not valid"),
        (["--prune", "0.5,0.50"], "--prune has 0.5 twice"),
        (["--prune", "0.5,0.00001"], "--prune 1e-05: dec (pretrain_epochs=4), seed 0: not one of its "),
        (["--prune-channels", "0.001"], "seed 0: no layer would lose a channel, the widest has 32; expected at least"),
        (["--quantize", "int4"], "--quantize int4 is not valid; expected int8"),
        ([], "nothing to measure; give --prune"),
        (["--method", "kmeans", "--prune", "0.5"], "kmeans cannot be compressed: it has no network"),
        (["--method", "decc", "--prune", "0.5"], "no row 'decc'; its rows: kmeans; dec (pretrain_epochs=4)"),
    ],
    ids=str,
)
def test_wrong_use_is_one_line(
    results: Path, capfd: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert message in call(capfd, results, *options, code=2)
    assert not (results / "old/compression.csv").exists()


def test_what_is_missing_is_one_line(
    copy: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no experiment" in call(capfd, copy, "--prune", "0.5", code=2, name="other")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "onnxruntime", None)
        assert "pip install 'dec-bench[onnx]'" in call(capfd, copy, "--quantize", "int8", code=2)
    (model, *_) = sorted((copy / "old/models").glob("dec*"))
    shutil.rmtree(model)
    assert "has no model: the fit was made with --no-models" in call(capfd, copy, "--prune", "0.5", code=2)
    assert not (copy / "old/compression.csv").exists()


def test_data_that_have_changed_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    digits = load_digits()
    for row in range(120):
        (tmp_path / f"data/{digits.target[row]}").mkdir(parents=True, exist_ok=True)
        pixels = (digits.images[row] * 15).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"data/{digits.target[row]}/{row}.png")
    options = ["--methods", "dec", "--seeds", "1", *SHORT[:-2], "--param", "dec.pretrain_epochs=1"]
    options += ["--name", "old", "--results-dir", str(tmp_path / "results")]
    assert main(["run", "--dataset", str(tmp_path / "data"), *options]) == 0
    Image.fromarray(pixels[::-1]).save(tmp_path / f"data/{digits.target[row]}/{row}.png")
    assert "has changed since the run" in call(capfd, tmp_path / "results", "--prune", "0.5", code=2)
