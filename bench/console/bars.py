"""The progress bars of a run, in a table with headings."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table
from rich.text import Text


def titled_bars(console: Console) -> Progress:
    """Bars for the cells of a run; only a terminal shows them. A task has the field `note`: its loss.

    A task may have the field `left`: its time left as text, instead of the estimate of rich.
    """
    return _TitledBars(
        SpinnerColumn(table_column=Column()),
        _Title(table_column=Column("cell · phase", ratio=1, no_wrap=True)),
        BarColumn(bar_width=8, table_column=Column()),
        MofNCompleteColumn(table_column=Column("epochs\nor steps", no_wrap=True, justify="right")),
        TextColumn("{task.fields[note]}", table_column=Column("loss", no_wrap=True, justify="right", min_width=6)),
        TimeElapsedColumn(table_column=Column("elapsed", no_wrap=True, justify="right")),
        _TimeLeft(table_column=Column("left", no_wrap=True, justify="right", min_width=7)),
        console=console,
        transient=True,
        expand=True,
        speed_estimate_period=3600,  # an epoch may take minutes
        disable=not console.is_terminal,
    )


class _TitledBars(Progress):
    """As the bars of rich, with the headings of the columns above them."""

    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        shown = [task for task in tasks if task.visible]
        columns = [column for column in self.columns if isinstance(column, ProgressColumn)]
        heads = [column.get_table_column().copy() for column in columns]
        table = Table(*heads, box=None, padding=(0, 1, 0, 0), pad_edge=False, expand=self.expand, header_style="dim")
        for task in shown:
            table.add_row(*(column(task) for column in columns))
        return table


class _Title(ProgressColumn):
    """The description of a task. On a narrow terminal it is cut: the numbers and the times matter more."""

    def render(self, task: Task) -> "_CutInTheMiddle":
        return _CutInTheMiddle(task.description)


class _CutInTheMiddle:
    """One line that loses its middle where it is too wide, because a title ends in the seed and the phase."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, cell_len(self.text))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(cut_in_the_middle(self.text, options.max_width), no_wrap=True, overflow="crop")


def cut_in_the_middle(text: str, width: int) -> str:
    """`text` in at most `width` columns of a terminal: a longer text loses its middle, and keeps more of its end.

    >>> cut_in_the_middle("dec small d=10 seed 0 · pretrain", 26)
    'dec smal…seed 0 · pretrain'
    """
    if cell_len(text) <= width:
        return text
    start = set_cell_size(text, width // 3).rstrip()
    end = text
    while end and cell_len(start) + 1 + cell_len(end) > width:
        end = end[1:]
    return f"{start}…{end}"


class _TimeLeft(TimeRemainingColumn):
    """The time left: the field `left` of the task or, without this field, the estimate of rich."""

    def render(self, task: Task) -> Text:
        return Text(task.fields["left"]) if "left" in task.fields else super().render(task)
