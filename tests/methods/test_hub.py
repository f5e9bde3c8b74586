"""Models of the Hub: the files that go there and come from there. There is no network: its library is replaced."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

import methods
from methods.registry import MethodError

X = np.array([[0.0], [0.1], [1.0], [1.1]], np.float32)


class Hub:
    """One repository in a folder, behind the functions that are called."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.calls = folder, []

    def api(self, token: str | None = None) -> "Hub":
        self.calls.append(("token", token))
        return self

    def create_repo(self, repo_id: str, *, private: bool | None, exist_ok: bool) -> SimpleNamespace:
        self.calls.append(("create", repo_id, private, exist_ok))
        self.folder.mkdir(exist_ok=True)
        return SimpleNamespace(repo_id=repo_id)

    def file_exists(self, repo_id: str, name: str, *, revision: str | None) -> bool:
        return (self.folder / name).exists()

    def upload_folder(self, *, folder_path: str, **options: object) -> str:
        self.calls.append(("upload", sorted(path.name for path in Path(folder_path).iterdir()), options))
        shutil.copytree(folder_path, self.folder, dirs_exist_ok=True)
        return "https://example.org/commit/1"

    def snapshot_download(self, repo_id: str, *, allow_patterns: list[str], **options: object) -> str:
        self.calls.append(("download", repo_id, allow_patterns, options))
        copy = self.folder.with_name("snapshot")
        copy.mkdir()
        for name in allow_patterns:
            shutil.copy(self.folder / name, copy)
        return str(copy)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    replaced = Hub(tmp_path / "repository")
    monkeypatch.setattr(huggingface_hub, "HfApi", replaced.api)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", replaced.snapshot_download)
    return replaced


@pytest.fixture
def fitted() -> methods.KMeans:
    return methods.KMeans(n_clusters=2, random_state=0).fit(X)


def test_a_model_that_was_pushed_comes_back(hub: Hub, fitted: methods.KMeans):
    address = fitted.push_to_hub("me/model", private=True, token="secret", branch="next", commit_message="New")
    assert address == "https://example.org/commit/1"
    kinds = {
        "repo_type": "model",
        "repo_id": "me/model",
        "revision": "next",
        "commit_message": "New",
        "create_pr": None,
    }
    files = ["README.md", "config.json", "model.safetensors"]
    assert hub.calls == [("token", "secret"), ("create", "me/model", True, True), ("upload", files, kinds)]
    (hub.folder / "run_me.py").write_text("raise SystemExit")
    loaded = methods.KMeans.from_pretrained("me/model", revision="v1", token=False)
    name, repo, patterns, options = hub.calls[-1]
    assert (name, repo, patterns) == ("download", "me/model", ["config.json", "model.safetensors"])
    assert (options["revision"], options["token"]) == ("v1", False)
    assert (loaded.predict(X) == fitted.labels_).all()


def test_the_code_of_the_card_runs(hub: Hub, fitted: methods.KMeans):
    fitted.push_to_hub("me/model")
    code = (hub.folder / "README.md").read_text().split("```python\n")[1].split("```")[0]
    names: dict[str, object] = {"X": X}
    exec(code, names)
    assert np.array_equal(names["labels"], fitted.labels_)


class OfAnotherPackage(methods.KMeans):
    """Like the class of a plug-in."""


def test_the_card_imports_the_class_of_a_plug_in_from_its_package():
    card = OfAnotherPackage(n_clusters=2, random_state=0).fit(X)._card("me/model")
    assert f"from {__name__} import OfAnotherPackage\n" in card
    assert 'model = OfAnotherPackage.from_pretrained("me/model")\n' in card


def test_a_card_of_the_repository_stays(hub: Hub, fitted: methods.KMeans):
    hub.folder.mkdir()
    (hub.folder / "README.md").write_text("mine")
    fitted.push_to_hub("me/model")
    assert hub.calls[-1][1] == ["config.json", "model.safetensors"]
    assert (hub.folder / "README.md").read_text() == "mine"


def test_a_folder_needs_no_hub(hub: Hub, fitted: methods.KMeans, tmp_path: Path):
    fitted.save(tmp_path / "model")
    for place in (tmp_path / "model", str(tmp_path / "model")):
        assert (methods.KMeans.from_pretrained(place).predict(X) == fitted.labels_).all()
    with pytest.raises(MethodError, match="has a KMeans; expected a SOM"):
        methods.SOM.from_pretrained(tmp_path / "model")
    with pytest.raises(MethodError, match="does not exist"):
        methods.KMeans.from_pretrained(tmp_path / "other")
    assert hub.calls == []


def test_a_damaged_download_is_refused(hub: Hub, fitted: methods.KMeans):
    fitted.push_to_hub("me/model")
    config = hub.folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"method": "som"}))
    with pytest.raises(MethodError, match="damaged"):
        methods.KMeans.from_pretrained("me/model")


def test_a_failure_of_the_hub_is_one_line(fitted: methods.KMeans, monkeypatch: pytest.MonkeyPatch):
    def refuse(*arguments: object, **options: object) -> None:
        raise LocalEntryNotFoundError("no network:\nlook at\n\nthe cable")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    with pytest.raises(MethodError, match="'me/model' is no folder, and its download from the Hub failed: ") as caught:
        methods.KMeans.from_pretrained("me/model")
    assert str(caught.value).endswith("LocalEntryNotFoundError: no network: look at the cable")
    monkeypatch.setattr(huggingface_hub.HfApi, "create_repo", refuse)
    with pytest.raises(MethodError, match=r"^the upload to 'me/model' failed: .* no network: look at the cable$"):
        fitted.push_to_hub("me/model")


def test_a_name_that_the_hub_does_not_allow_is_one_line():
    with pytest.raises(
        MethodError, match="'a b' is no folder, and its download from the Hub failed: HFValidationError"
    ):
        methods.KMeans.from_pretrained("a b")
