"""Features of texts: TF-IDF by hand, equal bits for any number of threads, and texts without words."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.datasets.text_column import is_text, only_text_column
from bench.datasets.text_features import DIMENSIONS, text_features
from bench.datasets.text_words import words
from bench.errors import UsageError

SPORT = ["ball", "game", "team", "wins", "goal", "player", "match", "season", "coach", "score"]
MONEY = ["stock", "market", "bank", "price", "falls", "share", "profit", "trade", "rate", "dollar"]


def sentences(n: int, seed: int = 0) -> list[str]:
    """Texts of two topics, one after the other."""
    generator = np.random.default_rng(seed)
    return [" ".join(generator.choice((SPORT, MONEY)[i % 2], 6)) for i in range(n)]


def test_with_as_many_dimensions_as_words_the_similarities_are_those_of_tf_idf():
    texts = sentences(200)
    weights = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5).fit_transform(texts)
    features = text_features(texts, len(texts), "t")
    assert features.n_words == features.values.shape[1] == 20
    assert features.explained == pytest.approx(1)
    np.testing.assert_allclose(features.values @ features.values.T, (weights @ weights.T).toarray(), atol=1e-5)


def test_a_large_vocabulary_becomes_100_dimensions_of_unit_length():
    generator = np.random.default_rng(0)
    texts = [" ".join(f"word{i}" for i in generator.integers(0, 300, 20)) for _ in range(400)]
    features = text_features(texts, len(texts), "t")
    assert features.values.shape == (400, DIMENSIONS)
    assert 0 < features.explained < 1
    np.testing.assert_allclose(np.linalg.norm(features.values, axis=1), 1, atol=1e-4)


def test_rare_and_frequent_words_do_not_count():
    texts = [f"the {word} rare{i}" for i, word in enumerate(["cat", "dog", "mouse", "cow"] * 6)]
    assert text_features(texts, 24, "t").n_words == 4  # `the` is in all texts, each rare word in one


def test_among_few_texts_no_word_is_too_frequent():
    assert text_features(["the cat", "the cat sat", "the dog sat"], 3, "t").n_words == 3


def test_a_text_without_words_that_count_is_zero_and_listed():
    texts = [*sentences(50), "", "unknown things", "!!!"]
    features = text_features(texts, len(texts), "t")
    assert features.zero.tolist() == [50, 51, 52]
    assert not features.values[50:].any()
    assert np.isfinite(features.values).all()


def test_equal_texts_have_equal_features():
    texts = sentences(60)
    values = text_features([*texts, texts[7]], 61, "t").values
    assert (values[7] == values[60]).all()


@pytest.mark.parametrize("texts", [["one text"], ["cat", "dog"], ["", ""], ["a b c", "a b c"]])
def test_texts_that_share_no_two_words_are_refused(texts):
    with pytest.raises(UsageError, match=r"'few' has too few words that its texts share; expected at least two words"):
        text_features(texts, len(texts), "few")


PRINTS_DIGEST = """
import hashlib, numpy
from bench.datasets.text_features import text_features
generator = numpy.random.default_rng(1)
texts = [" ".join(f"word{i}" for i in generator.zipf(1.3, 30) % 3000) for _ in range(1500)]
print(hashlib.sha256(text_features(texts, len(texts), "t").values.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_the_bits_do_not_depend_on_the_number_of_threads():
    digests = set()
    for threads in ("1", "2", "4"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        command = [sys.executable, "-c", PRINTS_DIGEST]
        digests.add(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    assert len(digests) == 1


def test_no_global_random_state_is_touched():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    text_features(sentences(30), 30, "t")
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_words_of_several_scripts():
    assert words("It's 2 o'clock: naïve Ärzte") == ["it", "clock", "naïve", "ärzte"]
    assert words("東京は") == ["東", "京", "は"]
    assert words("привет мир") == ["привет", "мир"]
    assert words("cafe\u0301 x") == ["cafe\u0301"]


def test_a_column_of_names_classes_or_numbers_is_not_a_column_of_texts():
    assert not is_text(["positive", "negative"] * 50)
    assert not is_text(["the same long sentence"] * 50)
    assert not is_text([1, 2, 3])
    assert not is_text([None, None])
    assert is_text(sentences(50))


def test_several_columns_of_texts_are_named():
    columns = {"title": sentences(20), "body": sentences(20, 1), "author": ["Ann", "Bob"] * 10}
    with pytest.raises(UsageError, match="has 2 columns of texts, title, body; choose one with --text-column"):
        only_text_column(columns, "news")
    assert only_text_column({name: columns[name] for name in ("body", "author")}, "news") == "body"
    assert only_text_column({"author": columns["author"]}, "news") is None


def test_equal_texts_have_no_variance_and_all_of_it_is_explained() -> None:
    features = text_features(["red cars", "red cars", "red cars"], 3, "t")
    assert features.explained == 1
    assert (features.values == features.values[0]).all()
