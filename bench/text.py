"""Text from outside the program, such as a class name: every character is shown, and long lists are cut."""

from collections.abc import Sequence
from unicodedata import category

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and symbols that fonts draw as nothing."""


def visible(text: str) -> str:
    r"""Replace each character that is not seen, or that acts on the text around it, by its escape.

    These are the control, format, private, unassigned and surrogate characters of Unicode, the separators of lines and
    of paragraphs, and variation selectors other than those of emoji. Among them are the escape character of terminals,
    newlines, tabs, right-to-left marks and zero-width characters. The result is one line that UTF-8 can encode.

    Letters of all scripts, combining marks, spaces and emoji stay. A backslash stays too, so that paths stay readable:
    the result is for readers, and two different texts may give the same result.

    >>> print(visible("cat\x1b[2J\n\u202edog"), visible("Ü 你 🐈"))
    cat\x1b[2J\n\u202edog Ü 你 🐈
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if _is_visible(character) else _escape(character) for character in text)


def start_of(text: str, longest: int) -> str:
    """The beginning of a text as one line of at most `longest` characters; an ellipsis says that it is cut.

    It is cut between two words, unless the last word is longer than half of the line.

    >>> start_of("A  cat   sat down.", 40), start_of("A cat sat down.", 10), start_of("x" * 20, 5)
    ('A cat sat down.', 'A cat sat…', 'xxxx…')
    """
    line = " ".join(text[: 8 * longest].split())
    if len(line) <= longest and len(text) <= 8 * longest:
        return line
    cut = line[: longest - 1]
    head = cut if line[longest - 1 : longest] in ("", " ") else cut.rpartition(" ")[0]
    return f"{head if len(head) > longest // 2 else cut}…"


def at_most(texts: Sequence[str], remedy: str, most: int = 3) -> list[str]:
    """The first `most` texts and a line with the number of the others and `remedy`; one more text is not cut.

    >>> at_most(["a", "b", "c", "d"], "read the file", 2)
    ['a', 'b', 'and 2 others: read the file']
    >>> at_most(["a", "b", "c"], "read the file", 2)
    ['a', 'b', 'c']
    """
    others = len(texts) - most
    return list(texts) if others <= 1 else [*texts[:most], f"and {others} others: {remedy}"]


def _is_visible(character: str) -> bool:
    if character in _INVISIBLE or "\ufe00" <= character <= "\ufe0d" or "\U000e0100" <= character <= "\U000e01ef":
        return False
    return character.isprintable() or category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
