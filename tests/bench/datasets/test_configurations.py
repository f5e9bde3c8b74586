"""One of several configurations is read, and the message or a note lists the others."""

from pathlib import Path

import pytest
from columns import read_set, refused
from pictures import save_grey

CARD = "---\nconfigs:\n- config_name: grey\n  data_dir: grey\n{}- config_name: dark\n  data_dir: dark\n---\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, value in (("grey", 255), ("dark", 0)):
        for kind in "ab":
            save_grey(tmp_path / "set" / name / kind / "1.png", value)
    (tmp_path / "set" / "README.md").write_text(CARD.format(""))
    return tmp_path / "set"


def test_several_configurations_and_none_is_the_default(folder: Path):
    assert "2 configurations, and none is the default: grey, dark; choose one with --config NAME" in refused(folder)


def test_the_chosen_configuration_is_read_and_stored(folder: Path):
    for name, value in (("grey", 1), ("dark", 0)):
        data = read_set(folder, config=name)
        assert set(data.features.ravel().tolist()) == {value}
        assert data.class_names == ["a", "b"]
        assert data.notes == ()  # the files of the other configuration are not counted as unread
        assert data.summary().reading.config == name


def test_the_default_configuration_is_named(folder: Path):
    (folder / "README.md").write_text(CARD.format("  default: true\n"))
    assert read_set(folder).features.min() == 1
    assert "the configuration 'grey' is read; --config NAME reads another one: dark" in read_set(folder).notes[0].text


def test_an_unknown_configuration(folder: Path):
    assert "--config: unknown configuration 'gray'; did you mean 'grey'? known: dark, grey" in refused(
        folder, config="gray"
    )
    (folder / "README.md").unlink()
    assert "has no configurations, and --config grey was given; leave the option out" in refused(folder, config="grey")
