"""Data sets of texts: a column of a table, a folder of text files, and names in the catalogue."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from datasets import ClassLabel, Image, Value
from msgspec.structs import replace
from rich.console import Console

from bench.commands.describe import dataset_analysis
from bench.datasets import hub_sets, repository
from bench.datasets.catalogue import descriptions, locate
from bench.datasets.load import load
from bench.datasets.text_stream import LONGEST_START
from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading

GAME = "the team wins the game with a late goal"
BANK = "the bank cuts its rate and the market falls"
WORDS = (GAME.split(), BANK.split())


def texts(n: int) -> list[str]:
    generator = np.random.default_rng(0)
    return [" ".join(generator.choice(WORDS[i % 2], 8)) for i in range(n)]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def news(make_folder):
    features = {"text": Value("string"), "topic": ClassLabel(names=["sport", "money"])}
    columns = {"text": texts(40), "topic": [0, 1] * 20}
    return make_folder(features, name="news", test=columns)


def test_the_only_column_of_texts_is_found(news):
    data = load(str(news))
    assert data.image_shape is None
    assert data.features.shape[0] == 40
    assert data.labels.tolist() == [0, 1] * 20
    assert data.split == "test"
    n_words = data.features.shape[1]
    assert data.feature_kind == (
        f"TF-IDF of {n_words} words, SVD to {n_words} dimensions (explains 100 %), unit length"
    )
    np.testing.assert_allclose(np.linalg.norm(data.features, axis=1), 1, atol=1e-4)


def test_the_second_loading_reads_the_cache(news, monkeypatch):
    first = load(str(news))
    monkeypatch.setattr(repository, "open_folder", None)
    second = load(str(news))
    assert first.digest == second.digest
    assert first.feature_kind == second.feature_kind
    assert first.how_read == second.how_read


def test_progress_is_reported_while_words_are_counted(news):
    seen = []
    load(str(news), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(40, 40), (40, 40)]  # words, then the rows that are written


def test_true_labels_change_no_feature(make_folder):
    features = {"text": Value("string"), "label": ClassLabel(names=["a", "b"])}
    one = make_folder(features, name="one", train={"text": texts(40), "label": [0, 1] * 20})
    other = make_folder(features, name="other", train={"text": texts(40), "label": [1] * 40})
    assert load(str(one)).features.tobytes() == load(str(other)).features.tobytes()


def test_describe_says_the_number_and_the_lengths_of_the_texts_and_the_duplicates(make_folder):
    rows = [*texts(40), GAME, GAME]
    folder = make_folder({"text": Value("string")}, train={"text": rows})
    ((_, _, lines),) = dataset_analysis(str(folder), "train+test", READ_PLAIN, Console(quiet=True))
    shown = "\n".join(" ".join(line) for line in lines)
    assert "TF-IDF of" in shown
    assert "The 42 texts have" in shown
    assert "words, median" in shown
    assert "exact duplicates 1" in shown
    assert "pixel" not in shown


def test_texts_without_words_are_counted_in_a_sentence_of_every_table(make_folder):
    folder = make_folder({"text": Value("string")}, train={"text": [*texts(40), "", "zzz qqq"]})
    data = load(str(folder))
    (said,) = [line for line in data.how_read if "no word" in line.text]
    assert said.text.startswith("2 texts have no word that counts (1 empty), first row 40: all of their features are 0")
    assert data.summary().caveats == [said.text]
    assert any("words, median" in line for line in data.summary().how_read)
    assert not data.features[40:].any()


def test_a_row_without_a_text_is_refused_or_left_out_and_listed(make_folder):
    folder = make_folder({"text": Value("string")}, train={"text": [*texts(10), None, *texts(10)]})
    with pytest.raises(UsageError, match=r"row 10 of the column 'text' has no text; expected a text in each row"):
        load(str(folder))
    data = load(str(folder), reading=Reading(on_bad="skip"))
    assert data.features.shape[0] == 20
    assert len(data.skipped) == 1
    assert "row 10" in data.skipped[0]


def test_several_columns_of_texts_need_a_choice(make_folder):
    features = {"title": Value("string"), "body": Value("string")}
    folder = make_folder(features, train={"title": texts(30), "body": texts(60)[30:]})
    with pytest.raises(UsageError, match="2 columns of texts, title, body; choose one with --text-column"):
        load(str(folder))
    title = load(str(folder), reading=Reading(text_column="title"))
    body = load(str(folder), reading=Reading(text_column="body"))
    assert title.digest != body.digest


def test_a_wrong_text_column_is_one_line(make_folder):
    folder = make_folder({"text": Value("string"), "n": Value("int64")}, train={"text": texts(9), "n": [1] * 9})
    with pytest.raises(UsageError, match=r"unknown column 'txt'; did you mean 'text'.*\(--text-column\)"):
        load(str(folder), reading=Reading(text_column="txt"))
    with pytest.raises(UsageError, match="--text-column n has values of type int64; expected strings"):
        load(str(folder), reading=Reading(text_column="n"))


def test_images_are_preferred_unless_a_text_column_is_named(make_folder, tmp_path):
    import PIL.Image

    pictures = [PIL.Image.new("L", (8, 8), i) for i in range(20)]
    folder = make_folder(
        {"image": Image(), "caption": Value("string")}, train={"image": pictures, "caption": texts(20)}
    )
    assert load(str(folder)).image_shape == (8, 8, 1)
    captions = load(str(folder), reading=Reading(text_column="caption"))
    assert captions.image_shape is None
    assert "TF-IDF" in captions.feature_kind


def test_limit_draws_texts(news):
    data = load(str(news), reading=Reading(limit=12, stratify=True))
    assert data.features.shape[0] == 12
    assert np.bincount(data.labels).tolist() == [6, 6]


def test_the_beginning_of_each_text_is_kept_with_its_row(tmp_path):
    files = {
        f"{('sport', 'money')[i % 2]}/{i:02}.txt": f"{i}\n\n{text} {text} " * 9 for i, text in enumerate(texts(30))
    }
    folder = write(tmp_path / "mails", files)
    for _ in range(2):  # the second time from the cache
        data = load(str(folder), reading=Reading(limit=12))
        assert len(data.row_texts) == len(data.row_names) == 12
        for name, start in zip(data.row_names, data.row_texts, strict=True):
            assert start.endswith("…")
            assert 80 < len(start) <= LONGEST_START
            assert " ".join(files[name].split()).startswith(start[:-1])


def test_folders_are_the_classes_of_text_files(tmp_path):
    files = {f"{('sport', 'money')[i % 2]}/{i:02}.txt": text for i, text in enumerate(texts(30))}
    data = load(str(write(tmp_path / "mails", files)))
    assert data.class_names == ["money", "sport"]
    assert data.row_names == tuple(sorted(files))
    assert [data.class_names[label] for label in data.labels] == [name.split("/")[0] for name in sorted(files)]
    assert data.split == "train"


def test_text_files_without_folders_have_no_labels(tmp_path):
    data = load(str(write(tmp_path / "mails", {f"{i}.txt": text for i, text in enumerate(texts(20))})))
    assert data.labels is None
    assert data.features.shape[0] == 20


def test_folders_called_train_and_test_are_splits(tmp_path):
    files = {f"{('train', 'test')[i % 3 == 0]}/{'ab'[i % 2]}/{i:02}.txt": text for i, text in enumerate(texts(30))}
    folder = str(write(tmp_path / "mails", files))
    data = load(folder)
    assert dict(data.parts) == {"train": 20, "test": 10}
    assert data.class_names == ["a", "b"]
    assert load(folder, "test").features.shape[0] == 10
    assert load(folder, "train[:50%]").features.shape[0] == 10
    assert load(folder, "all").features.shape[0] == 30
    with pytest.raises(UsageError, match="unknown split 'dev'; known: test, train"):
        load(folder, "dev")
    with pytest.raises(UsageError, match="unknown split 'tset'; did you mean 'test'"):
        load(folder, "tset")


def test_a_split_of_texts_that_is_not_read_is_told(tmp_path):
    files = {
        f"{('train', 'test', 'validation')[i % 3]}/{'ab'[i // 3 % 2]}/{i:02}.txt": text
        for i, text in enumerate(texts(36))
    }
    folder = str(write(tmp_path / "mails", files))
    data = load(folder)
    assert dict(data.parts) == {"train": 12, "test": 12}
    (note,) = data.notes
    assert "split 'validation' (12 rows) is not read, only train and test; --split all reads all rows" in note.text
    everything = load(folder, "all")
    assert everything.features.shape[0] == 36
    assert everything.notes == ()


def test_the_words_for_splits_are_those_of_images(tmp_path):
    files = {f"{('Training', 'eval')[i % 2]}/{'ab'[i // 2 % 2]}/{i:02}.txt": text for i, text in enumerate(texts(32))}
    data = load(str(write(tmp_path / "mails", files)))
    assert dict(data.parts) == {"train": 16, "test": 16}
    assert data.class_names == ["a", "b"]


@pytest.mark.parametrize("names", [("train-station", "test-tube"), ("training_shoes", "dev-kit", "valid_tickets")])
def test_folders_whose_names_have_a_split_word_are_classes_of_texts(tmp_path, names):
    files = {f"{names[i % len(names)]}/{i}.txt": text for i, text in enumerate(texts(30))}
    data = load(str(write(tmp_path / "things", files)))
    assert data.class_names == sorted(names)
    assert data.features.shape[0] == 30


def test_texts_in_flat_splits_have_no_labels_and_the_other_meaning_is_told(tmp_path):
    files = {f"{('train', 'test')[i % 2]}/{i}.txt": text for i, text in enumerate(texts(30))}
    data = load(str(write(tmp_path / "mails", files)))
    assert data.labels is None
    assert (
        "not as classes: 'test' (15 texts) as 'test', 'train' (15 texts) as 'train'; if they are" in data.notes[0].text
    )


def test_texts_that_are_read_twice_are_told(tmp_path):
    folder = write(tmp_path / "mails", {f"{'ab'[i % 2]}/{i}.txt": text for i, text in enumerate(texts(20))})
    (folder / "c").symlink_to("a")
    data = load(str(folder))
    assert data.features.shape[0] == 30
    assert "10 texts are read twice, first 'c/0.txt', a link to 'a/0.txt'" in data.notes[0].text


def test_folders_around_all_texts_are_not_classes(tmp_path):
    files = {f"news/all/{('sport', 'money')[i % 2]}/{i}.txt": text for i, text in enumerate(texts(30))}
    assert load(str(write(tmp_path / "set", files))).class_names == ["money", "sport"]


def test_one_class_called_train_beside_others_is_a_class(tmp_path):
    files = {f"{('train', 'plane')[i % 2]}/{i}.txt": text for i, text in enumerate(texts(30))}
    data = load(str(write(tmp_path / "vehicles", files)))
    assert "the folder 'train' (15 texts) is not read as a split, because 'plane' is not named" in data.notes[0].text
    assert data.class_names == ["plane", "train"]
    assert data.features.shape[0] == 30


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    folder = write(tmp_path / "mails", {"a.txt": GAME, "b.txt": "Café".encode("latin-1"), "c.txt": BANK})
    with pytest.raises(UsageError, match=r"'b.txt' is not UTF-8, byte 3 is 0xe9; convert it, for example with `iconv"):
        load(str(folder))
    (folder / "b.txt").write_bytes(b"zero\0bytes")
    with pytest.raises(UsageError, match=r"'b.txt' is not a text file: it has zero bytes; remove it"):
        load(str(folder))


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    plain = write(tmp_path / "plain", {f"{i}.txt": text for i, text in enumerate(texts(20))})
    marked = write(tmp_path / "marked", {f"{i}.txt": text.encode("utf-8-sig") for i, text in enumerate(texts(20))})
    assert load(str(plain)).digest == load(str(marked)).digest


def test_empty_files_are_told(tmp_path):
    files = {f"{i}.txt": text for i, text in enumerate(texts(20))} | {"empty.txt": ""}
    data = load(str(write(tmp_path / "mails", files)))
    assert any("1 text has no word that counts (1 empty), first 'empty.txt'" in line.text for line in data.how_read)


def test_files_that_are_not_read_are_told(tmp_path):
    files = {f"{i}.txt": text for i, text in enumerate(texts(20))} | {
        "scan.pdf": "x",
        ".hidden.txt": "y",
        "README.md": "z",
    }
    data = load(str(write(tmp_path / "mails", files)))
    (note,) = data.notes
    assert (
        "2 files are not read, first 'scan.pdf'; only files that end in .txt and are not hidden are texts" in note.text
    )


def test_files_at_different_depths_are_refused(tmp_path):
    folder = write(tmp_path / "mails", {"a.txt": GAME, "sport/b.txt": BANK})
    with pytest.raises(
        UsageError, match=r"different depths.*'sport/b.txt' and 'a.txt'; expected each file in the folder"
    ):
        load(str(folder))
    for i, text in enumerate(texts(20)):
        write(folder, {f"more/{i}.txt": text})
    assert load(str(folder), reading=Reading(label_column="none")).labels is None
    with pytest.raises(UsageError, match="has no columns: --label-column topic; expected 'none'"):
        load(str(folder), reading=Reading(label_column="topic"))


def test_texts_of_which_one_split_has_no_classes_are_refused(tmp_path):
    files = {("train/" + "ab"[i % 2] if i < 20 else "test") + f"/{i}.txt": text for i, text in enumerate(texts(30))}
    folder = str(write(tmp_path / "mails", files))
    with pytest.raises(UsageError, match=r"10 of 30 texts have no label: those of the split 'test'.*--split train"):
        load(folder)
    assert load(folder, "train").features.shape[0] == 20


def test_names_in_the_catalogue():
    assert locate("ag_news").id == "fancyzhx/ag_news"
    assert locate("glue/sst2") == locate("sst2")
    place = locate("sst2@v1")
    assert (place.id, place.revision, place.config) == ("nyu-mll/glue", "v1", "sst2")
    assert {"ag_news", "sst2", "glue/sst2"} <= set(descriptions())


def test_the_short_name_gives_the_configuration_and_the_splits_with_labels(monkeypatch, news):
    seen = {}

    def open_hub(hub_id, revision, split, reading):
        seen.update(hub_id=hub_id, split=split, config=reading.config)
        raise UsageError("enough")

    monkeypatch.setattr(hub_sets, "open_hub", open_hub)
    with pytest.raises(UsageError, match="enough"):
        load("glue/sst2")
    assert seen == {"hub_id": "nyu-mll/glue", "split": "train+validation", "config": "sst2"}
    with pytest.raises(UsageError, match="enough"):
        load("sst2", "test", reading=replace(READ_PLAIN, config="cola"))
    assert seen == {"hub_id": "nyu-mll/glue", "split": "test", "config": "cola"}


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "feather"])
def test_a_file_with_a_column_of_texts(tmp_path, ending):
    frame = pd.DataFrame({"id": range(100, 140), "text": texts(40), "topic": ["sport", "money"] * 20})
    path = tmp_path / f"news.{ending}"
    if ending in ("csv", "tsv"):
        frame.to_csv(path, index=False, sep="," if ending == "csv" else "\t")
    else:
        getattr(frame, f"to_{ending}")(path)
    data = load(str(path), cache_dir=tmp_path / "cache")
    assert data.feature_kind.startswith("TF-IDF")
    assert [data.class_names[label] for label in data.labels[:2]] == ["sport", "money"]
    assert data.row_names[:2] == ("100", "101")
    used = "the texts of the column 'text' are used; its other columns, 'id', 'topic', are"
    assert any(used in note.text for note in data.notes)
    with pytest.raises(UsageError, match="unknown column 'txt'; did you mean 'text'"):
        load(str(path), cache_dir=tmp_path / "cache", reading=Reading(text_column="txt"))


def test_a_file_with_words_and_numbers_is_no_text(tmp_path):
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "class": ["dark red", "light blue", "dark red", "green"]})
    frame.to_csv(tmp_path / "table.csv", index=False)
    assert load(str(tmp_path / "table.csv"), cache_dir=tmp_path / "cache").feature_kind == "columns, standardised"


def test_options_of_images_and_tables_are_refused(news, tmp_path):
    with pytest.raises(UsageError, match="data set 'news' has texts: --resize does nothing there"):
        load(str(news), reading=Reading(resize=8))
    folder = write(tmp_path / "mails", {f"{i}.txt": text for i, text in enumerate(texts(20))})
    with pytest.raises(UsageError, match="'mails' is a folder of text files: --text-column does nothing there"):
        load(str(folder), reading=Reading(text_column="text"))


@pytest.mark.parametrize("name", ["news.csv", "news.tsv", "news.parquet"])
def test_the_column_of_labels_of_a_text_table_is_said(tmp_path, name):
    frame = pd.DataFrame({"text": texts(40), "topic": ["sport", "money"] * 20})
    path = tmp_path / name
    if name.endswith("parquet"):
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if name.endswith("tsv") else ",")
    said = f"data set '{name}': labels: column 'topic', found by its name; --label-column chooses another one or none"
    assert said in [note.text for note in load(str(path)).notes]
    assert said not in [note.text for note in load(str(path), reading=Reading(label_column="topic")).notes]


def test_the_declared_classes_of_a_text_table_are_said(news):
    said = "data set 'news': labels: column 'topic', which declares classes; --label-column chooses another one or none"
    assert said in [note.text for note in load(str(news)).notes]
