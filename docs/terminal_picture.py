"""Write the output of a command as a picture of a terminal: python docs/terminal_picture.py FILE.svg COMMAND …

Run it in the top folder. docs/_static/make-run.svg is `make run`, without the lines of make.
"""

import io
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 100


def picture(title: str, text: str) -> str:
    """An SVG of a terminal with `text`, and `title` above it."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    return console.export_svg(title=title)


def main() -> None:
    """Run the command of the arguments, and write the picture."""
    file, *command = sys.argv[1:]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    Path(file).write_text(picture(shlex.join(command), output), encoding="utf-8")


if __name__ == "__main__":
    main()
