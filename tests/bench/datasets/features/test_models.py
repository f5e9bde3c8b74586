"""Names of pretrained models, and the files that are accepted."""

import json
import pickle
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError
from safetensors.numpy import save_file

from bench.datasets.features.models import absolute, pretrained_model
from bench.datasets.features.weights import find_weights
from bench.errors import UsageError


def save(folder: Path, **files: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"weight": np.zeros(3, np.float32)}, folder / "model.safetensors")
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize(
    ("text", "library", "hub_id", "revision"),
    [
        ("timm:resnet18", "timm", "timm/resnet18", None),
        ("timm:me/mine@v1", "timm", "me/mine", "v1"),
        ("transformers:facebook/dinov2-small", "transformers", "facebook/dinov2-small", None),
        ("all-MiniLM-L6-v2", "sentence-transformers", "sentence-transformers/all-MiniLM-L6-v2", None),
        ("sentence-transformers:BAAI/bge-small-en", "sentence-transformers", "BAAI/bge-small-en", None),
    ],
)
def test_names_on_the_hub(text, library, hub_id, revision):
    model = pretrained_model(text)
    assert (model.library.name, model.hub_id, model.revision, model.folder) == (library, hub_id, revision, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tim:resnet18", "did you mean 'timm:resnet18'"),
        ("transformers:dinov2", "the name is not valid"),
        ("timm:", "the name is not valid"),
        ("timm:resnet18@", "the name is not valid"),
        ("a/b/c", "the name is not valid"),
        ("./nowhere", "there is no folder './nowhere'"),
    ],
)
def test_a_name_that_is_not_valid_is_one_line(text, said):
    with pytest.raises(UsageError, match="expected timm:NAME or transformers:NAME for images") as error:
        pretrained_model(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_local_folder_is_meant_from_everywhere(tmp_path, monkeypatch):
    save(tmp_path / "net")
    monkeypatch.chdir(tmp_path)
    assert absolute("timm:./net") == f"timm:{tmp_path / 'net'}"
    assert absolute("net") == f"sentence-transformers:{tmp_path / 'net'}"
    assert absolute("timm:resnet18") == "timm:resnet18"
    assert pretrained_model(absolute("timm:net")) == pretrained_model(f"timm:{tmp_path / 'net'}")


def test_a_model_of_another_kind_is_refused():
    with pytest.raises(UsageError, match="timm:resnet18 is a model of images, and data set 'news' has texts"):
        pretrained_model("timm:resnet18").check_kind("texts", "news")


def test_the_digest_is_that_of_the_weights(tmp_path):
    one = find_weights(pretrained_model(f"timm:{save(tmp_path / 'a', config={'x': 1})}"))
    copy = find_weights(pretrained_model(f"timm:{save(tmp_path / 'b', config={'x': 1})}"))
    assert one.digest == copy.digest
    save_file({"weight": np.ones(3, np.float32)}, tmp_path / "b" / "model.safetensors")
    assert find_weights(pretrained_model(f"timm:{tmp_path / 'b'}")).digest != one.digest


def test_pickled_weights_are_refused_and_not_opened(tmp_path):
    class Program:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    folder = tmp_path / "net"
    folder.mkdir()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Program()))
    with pytest.raises(UsageError, match=r"'pytorch_model.bin' is a pickle, which can run programs; save the model"):
        find_weights(pretrained_model(f"transformers:{folder}"))
    assert not (tmp_path / "ran").exists()


def test_a_part_of_a_model_in_a_pickle_is_refused(tmp_path):
    parts = [{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}]
    folder = save(tmp_path / "net", modules=parts)
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"expected weights in safetensors files in .*'pytorch_model.bin' is a pickle"):
        find_weights(pretrained_model(str(folder)))
    save(folder / "2_Dense")
    find_weights(pretrained_model(str(folder)))


def test_classes_of_other_packages_are_refused(tmp_path):
    folder = save(tmp_path / "net", modules=[{"type": "os.system", "path": ""}])
    with pytest.raises(UsageError, match=r"a part of the class 'os.system', a program of its own, which is not run"):
        find_weights(pretrained_model(str(folder)))


def test_a_model_in_the_cache_of_the_hub_needs_no_network(tmp_path, monkeypatch):
    folder = save(tmp_path / "0123abcd")

    def download(hub_id, local_files_only=False, **options):
        assert local_files_only, "the network is used"
        assert not any("bin" in each or "py" in each for each in options["allow_patterns"])
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert find_weights(pretrained_model("timm:resnet18")).revision == "0123abcd"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionError("unreachable"), "no network: cannot download the model 'timm/resnet18' (unreachable)"),
        (RepositoryNotFoundError, "the Hub has no public model 'timm/resnet18'"),
    ],
)
def test_without_network_or_without_such_a_model_it_is_one_line(error, said, monkeypatch):
    def download(hub_id, local_files_only=False, **options):
        if local_files_only:
            raise LocalEntryNotFoundError("nothing")
        raise error if isinstance(error, Exception) else error.__new__(error)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    with pytest.raises(UsageError) as caught:
        find_weights(pretrained_model("timm:resnet18"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
