"""Words of a text in any script: the parts that are counted for its features."""

import re
from functools import cache
from unicodedata import category

_MARKS_END = 0x20000
"""Combining marks have code points below this one, but for variation selectors."""
_WITHOUT_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Ranges of Japanese and Chinese characters, which are written without spaces."""


def words(text: str) -> list[str]:
    """The words of a text in small letters: runs of two or more letters, digits and marks, and each character of
    Chinese and Japanese. A single letter or digit, and everything between words, is left out.

    >>> words("A cat's 2nd life")
    ['cat', '2nd', 'life']
    >>> words("नमस्ते दुनिया"), words("猫が eats")
    (['नमस्ते', 'दुनिया'], ['猫', 'が', 'eats'])
    """
    found: list[str] = _pattern().findall(text.lower())
    return found


@cache
def _pattern() -> re.Pattern[str]:
    r"""Marks, such as the vowel signs of Hindi, belong to words; `\w` does not match them."""
    marks = "".join(chr(code) for code in range(0x300, _MARKS_END) if category(chr(code)) in ("Mn", "Mc"))
    letter = rf"(?:[^\W{_WITHOUT_SPACES}]|[{marks}])"
    return re.compile(rf"[{_WITHOUT_SPACES}]|{letter}{{2,}}")
