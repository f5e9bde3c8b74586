"""`export` writes a folder for the Hub, which `predict` and `methods.load` read in another place and process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from huggingface_hub import ModelCard
from sklearn.datasets import load_digits

import bench
import methods
from bench.cli.app import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with two seeds of three methods on digits."""
    folder = tmp_path_factory.mktemp("place") / "results"
    options = ["--methods", "kmeans,umap-gmm,dec", "--preset", "small", "--seeds", "2", "--threads", "1"]
    options += ["--param", "dec.pretrain_epochs=3", "--param", "dec.epochs=2", "--param", "kmeans.n_init=1"]
    assert main(["run", "--dataset", "digits", *options, "--name", "old", "--results-dir", str(folder)]) == 0
    return folder


def call(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capfd.readouterr()
    assert main(arguments) == code
    output, errors = capfd.readouterr()
    assert errors.count("\n") == (1 if code else 0), errors
    return errors if code else output


def exported(capfd: pytest.CaptureFixture[str], results: Path, to: Path, method: str = "dec", seed: str = "1") -> str:
    options = ["--method", method, "--seed", seed, "--to", str(to), "--results-dir", str(results)]
    return call(capfd, "export", "old", *options)


@pytest.mark.parametrize("method", ["kmeans", "umap-gmm", "dec"])
def test_an_exported_folder_labels_as_the_fit_did(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], method: str
) -> None:
    exported(capfd, results, tmp_path / "model", method)
    file = tmp_path / "labels.csv"
    call(capfd, "predict", str(tmp_path / "model"), "--dataset", "digits", "--to", str(file))
    (fitted,) = (results / "old/assignments").glob(f"{method.replace('-', '_')}*-s1-*.csv")
    ours, theirs = pd.read_csv(file), pd.read_csv(fitted)
    pd.testing.assert_frame_equal(ours.drop(columns="strength"), theirs.drop(columns="strength"))
    if method != "umap-gmm":  # its map places a sample at its nearest training sample: equal to rounding
        assert file.read_text() == fitted.read_text()


def test_the_folder_is_read_in_another_process_and_place(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    exported(capfd, results, tmp_path / "there")
    (tmp_path / "there").rename(tmp_path / "here")
    program = (
        "import methods, numpy; from sklearn.datasets import load_digits;"
        "model = methods.load('here'); images = (load_digits().images / 16).astype('float32');"
        "numpy.save('labels.npy', model.predict(images))"
    )
    paths = {**os.environ, "PYTHONPATH": str(Path(bench.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path, env=paths)
    assert (np.load(tmp_path / "labels.npy") == bench.load("old", results).labels("dec", seed=1)).all()
    assert not list(tmp_path.glob(".*")), "no temporary folder is left"


def test_the_card_has_the_figures_of_the_records(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = exported(capfd, results, tmp_path / "model")
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
        "preparation.safetensors",
    ]
    assert "read README.md before you share the folder" in output
    card = (tmp_path / "model/README.md").read_text()
    front = yaml.safe_load(card.split("---\n")[1])
    assert front == {"library_name": "dec-bench", "tags": ["clustering"]}, "nobody has chosen a licence of the model"
    assert "No licence is named for this model" in card
    assert "README.md names no licence of the model; --license ID adds one" in output
    (cell,) = bench.load("old", results).cells.query("method == 'dec' and seed == 1").to_dict("records")
    (row,) = bench.load("old", results).table.query("method == 'dec'").to_dict("records")
    assert cell["ari"] != row["ari_mean"]
    line = next(line for line in card.splitlines() if line.startswith("| ARI "))
    assert re.findall(r"[\d.]+", line) == [f"{x:.3f}" for x in (cell["ari"], row["ari_mean"], row["ari_sd"])]
    for text in (
        "seed 1",
        "revision scikit-learn",
        "1,797 samples",
        "8 × 8 × 1",
        "preset small",
        "bench export old --method dec",
    ):
        assert text in card
    assert "The licence of the data is not known here" in card
    code = card.split("```python\n")[1].split("```")[0].replace("FOLDER", str(tmp_path / "model"))
    names = {"X": load_digits().images / np.float32(16)}
    exec(code, names)
    assert (names["labels"] == bench.load("old", results).labels("dec", seed=1)).all()


def test_the_card_has_the_licence_that_the_user_has_chosen(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ["--method", "kmeans", "--to", str(tmp_path / "model"), "--results-dir", str(results), "--license"]
    for text in ("my own licence", "", "mit\nname: x"):
        message = call(capfd, "export", "old", *options, text, code=2)
        assert "expected an identifier of the Hugging Face Hub, such as mit" in message
        assert not (tmp_path / "model").exists()
    output = call(capfd, "export", "old", *options, "CC-BY-4.0")
    assert "no licence" not in output
    card = ModelCard((tmp_path / "model/README.md").read_text())
    assert card.data.license == "cc-by-4.0"
    assert "The licence of this model is cc-by-4.0, as the person" in card.text
    assert "--license cc-by-4.0" in card.text


def test_a_stranger_can_follow_the_card(results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The commands name neither the folder on the machine of the author nor anything else that is only there."""
    exported(capfd, results, tmp_path / "name-of-the-author", "kmeans")
    card = (tmp_path / "name-of-the-author/README.md").read_text()
    assert "name-of-the-author" not in card
    use, origin = card.split("## Use")[1].split("## Origin")
    assert str(tmp_path) not in use + origin.split("written by")[1]
    assert f"dec-bench {bench.__version__} has written the folder" in use
    commands = [block.split("```")[0].strip() for block in use.split("```console\n")[1:]]
    assert commands == [
        "hf download OWNER/NAME --local-dir FOLDER",
        "pip install .",
        "python -m bench predict ./FOLDER --dataset NEW_DATA --to labels.csv",
    ]
    (tmp_path / "name-of-the-author").rename(tmp_path / "downloaded")
    arguments = commands[2].replace("./FOLDER", str(tmp_path / "downloaded")).replace("NEW_DATA", "digits").split()[3:]
    call(capfd, *[str(tmp_path / each) if each == "labels.csv" else each for each in arguments])
    assert len(pd.read_csv(tmp_path / "labels.csv")) == 1797


def test_an_empty_folder_is_filled_and_another_is_refused(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    exported(capfd, results, Path())
    assert methods.load(tmp_path / "empty").n_clusters == 10
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for to, message in (
        ("mine", "the folder is not empty; choose"),
        ("file", "it is not a folder; choose"),
        ("no/such", "there is no folder"),
    ):
        options = ["--method", "dec", "--to", str(tmp_path / to), "--results-dir", str(results)]
        assert message in call(capfd, "export", "old", *options, code=2)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    options = ["--method", "decc", "--to", str(tmp_path / "new"), "--results-dir", str(results)]
    assert "did you mean 'dec'?" in call(capfd, "export", "old", *options, code=2)
    assert not (tmp_path / "new").exists()


def test_wrong_use_of_a_folder_is_one_line(results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    model, file = tmp_path / "model", tmp_path / "labels.csv"
    exported(capfd, results, model)
    rest = ["--dataset", "digits", "--to", str(file), "--results-dir", str(results)]
    assert "leave them out" in call(capfd, "predict", str(model), "--method", "dec", *rest, code=2)
    assert "leave them out" in call(capfd, "predict", str(model), "--seed", "1", *rest, code=2)
    assert "expected one of its rows: " in call(capfd, "predict", "old", *rest, code=2)
    assert "does not exist" in call(capfd, "predict", f"{model}s", *rest, code=2)
    assert "the model expects 8 × 8" in call(capfd, "predict", str(model), "--dataset", "mnist-5k", *rest[2:], code=2)
    (model / "preparation.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0[]")
    assert "it has no preparation of data, or is damaged" in call(capfd, "predict", str(model), *rest, code=2)
    (model / "preparation.safetensors").unlink()
    assert "has no preparation.safetensors" in call(capfd, "predict", str(model), *rest, code=2)
    (model / "config.json").write_text("{}")
    assert "not a model of dec-bench" in call(capfd, "predict", str(model), *rest, code=2)
    assert not file.exists()


def test_an_experiment_goes_before_a_folder_of_its_name(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exported(capfd, results, Path("old"), "kmeans")
    rest = ["--dataset", "digits", "--results-dir", str(results), "--to"]
    assert "dec, seed 0: 1,797" in call(capfd, "predict", "old", "--method", "dec", *rest, "a.csv")
    assert "old: 1,797" in call(capfd, "predict", "./old", *rest, "b.csv")


def test_a_fit_of_arrays_says_so_in_its_card(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    X = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    bench.run(["kmeans"], dataset=X, n_clusters=2, seeds=1, threads=1, name="mine", results_dir=tmp_path / "results")
    options = ["--method", "kmeans", "--to", str(tmp_path / "model"), "--results-dir", str(tmp_path / "results")]
    (tmp_path / "results/mine/models/preparation.safetensors").rename(tmp_path / "aside")
    assert "preparation.safetensors' (No such file" in call(capfd, "export", "mine", *options, code=2)
    assert not (tmp_path / "model").exists()
    (tmp_path / "aside").rename(tmp_path / "results/mine/models/preparation.safetensors")
    call(capfd, "export", "mine", *options)
    card = (tmp_path / "model/README.md").read_text()
    assert "no true labels" in card
    assert "1 seed |" in card


def test_onnx_is_written_beside_the_model_or_nothing_is(
    results: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(to: str, method: str = "dec", code: int = 0) -> str:
        options = ["--method", method, "--to", str(tmp_path / to), "--results-dir", str(results)]
        return call(capfd, "export", "old", *options, "--onnx", code=code)

    with monkeypatch.context() as patched:
        patched.setattr("bench.commands.export.load_for", lambda *_: pytest.fail("the data are read before the check"))
        assert "KMeans cannot be written as ONNX; expected a DEC" in export("kmeans", "kmeans", 2)
        patched.setitem(sys.modules, "onnxruntime", None)
        assert "--onnx needs onnxruntime" in (error := export("missing", code=2))
        assert "pip install 'dec-bench[onnx]'" in error
    assert list(tmp_path.iterdir()) == []
    onnxruntime = pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    output = export("dec")
    assert "model.onnx differs from torch by at most " in output
    session = onnxruntime.InferenceSession(str(tmp_path / "dec/model.onnx"), providers=["CPUExecutionProvider"])
    rows = (load_digits().data / 16).astype(np.float32)
    (shares,) = session.run(["soft_assignments"], {"samples": rows})
    assert (shares.argmax(axis=1) == bench.load("old", results).labels("dec", seed=0)).mean() > 0.999
    card = (tmp_path / "dec/README.md").read_text()
    assert "`samples` is float32, of the shape (n, 64)" in card
    assert "--onnx" in card


def test_the_only_row_needs_no_method(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = ["--results-dir", str(tmp_path)]
    call(capfd, "run", "--dataset", "digits", "--methods", "kmeans", "--seeds", "1", "--name", "one", *place)
    shown = call(capfd, "predict", "one", "--dataset", "digits", "--to", str(tmp_path / "labels.csv"), *place)
    assert shown.startswith("kmeans, seed 0: 1,797 samples")
    call(capfd, "export", "one", "--to", str(tmp_path / "model"), *place)
    assert (tmp_path / "model" / "config.json").exists()
