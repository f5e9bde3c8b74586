"""Text from outside the program, without hidden characters."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text import visible


@given(st.text(st.characters()))  # also surrogates
def test_the_result_is_one_line_without_hidden_characters_that_utf_8_can_encode(text: str):
    shown = visible(text)
    assert {category(character) for character in shown}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("hidden", "escape"),
    [
        ("\x1b", "\\x1b"),
        ("\n", "\\n"),
        ("\t", "\\t"),
        ("\r", "\\r"),
        ("\x9b", "\\x9b"),  # also starts a command of a terminal
        ("\u2028", "\\u2028"),
        ("\u202e", "\\u202e"),  # right to left
        ("\u200b", "\\u200b"),  # a space of no width
        ("\ufeff", "\\ufeff"),
        ("\u3164", "\\u3164"),  # a letter that is drawn as nothing
        ("\ufffe", "\\ufffe"),  # not allowed in XML
        ("\udc80", "\\udc80"),  # from a file name that is not UTF-8
        ("\U000e0061", "\\U000e0061"),  # an invisible tag
        ("\U000e0100", "\\U000e0100"),
    ],
)
def test_a_hidden_character_is_shown_as_its_escape(hidden: str, escape: str):
    assert visible(f"a{hidden}b") == f"a{escape}b"


def test_letters_of_all_scripts_and_emoji_stay():
    text = "Ünïcode Ω Ж 猫 ねこ قط חתול बिल्ली แมว e\u0301 🐈 ❤\ufe0f C:\\cats\u00a0x"
    assert visible(text) == text
