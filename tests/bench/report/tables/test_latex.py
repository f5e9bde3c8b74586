"""table.tex has the blocks, the values and the marks of table.md, and LaTeX can read it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from written_tables import parsed

from bench.report.latex import from_markdown
from bench.report.markdown import joined, table
from bench.report.sets_view import read_view
from bench.report.tables.latex import MOST_ROWS, render_latex
from bench.report.tables.sets import write_sets_tables
from bench.report.tables.write import write_tables
from bench.store.store import Store

NASTY = [
    "%",
    "_x_",
    "&",
    "$x^2$",
    "#1",
    "{",
    "}",
    "~",
    "^^41",
    "\\end{table}",
    "--",
    "[2em]",
    "|",
    '"',
    "<",
    "猫 é λ",
    "*b*",
]


def tex_of(store: Store, above: list[str] | None = None) -> str:
    write_tables(store, above or [], latex=True)
    return store.path("table.tex").read_text()


def test_every_value_of_the_markdown_is_in_the_latex(full: Store):
    tex = tex_of(full)
    tables = re.findall(r"\\begin\{tabular\}.*?\\midrule\n(.*?)\\bottomrule", tex, re.DOTALL)
    rows = [row.removesuffix(r" \\").removeprefix("{}") for rows in tables for row in rows.splitlines()]
    text = full.path("table.md").read_text()
    expected = []
    for part in text.split("\n\n"):
        if part.startswith("|"):
            cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in part.splitlines()]
            expected += [" & ".join(map(from_markdown, row)) for row in cells[2:]]
    assert len(rows) > 20
    assert [row.replace("$-$", "-") for row in rows] == expected
    assert tex.count(r"\textbf{") == text.count("**") // 2


def test_each_table_has_a_caption_with_the_data_the_seeds_and_the_machine_and_its_notes(full: Store):
    tex = tex_of(full, ["Preset a_b was tuned."])
    floats = re.findall(r"\\begin\{table\}.*?\\end\{table\}", tex, re.DOTALL)
    titles = [line[3:] for line in full.path("table.md").read_text().splitlines() if line.startswith("## ")]
    assert len(floats) == len(titles)
    for number, (each, title) in enumerate(zip(floats, titles, strict=True), start=1):
        assert f"\\caption[{{{from_markdown(title)}}}]" in each
        assert (
            "Data: mnist-5k (train+test), 5,000 samples; seeds 0, 1, 2; device cpu (A processor), threads 2. "
            r"Preset a\_b was tuned.}"
        ) in each
        assert f"\\label{{tab:demo-{number}}}" in each
    assert "Nothing is bold: with so few seeds" in floats[0]
    (failed,) = re.findall(r"\\item Failed.*", tex)
    assert "loss is nan" in failed, "the caveats follow the tables"
    assert tex.index(r"\item Failed") > tex.rindex(r"\end{table}")


def test_it_is_written_only_if_it_is_asked_for_and_is_never_older_than_the_other_tables(full: Store):
    write_tables(full)
    assert not full.path("table.tex").exists()
    tex = tex_of(full)
    full.path("table.tex").write_text("old")
    write_tables(full)
    assert full.path("table.tex").read_text() == tex


def test_a_long_table_has_several_parts():
    text = joined(["## Long", table(["a", "b"], [[str(n), "x"] for n in range(MOST_ROWS * 2 + 1)]), "A note."])
    tex = render_latex(text, "The data.", "demo")
    assert [len(rows.splitlines()) - 1 for rows in re.findall(r"\\midrule(.*?)\\bottomrule", tex, re.DOTALL)] == [
        MOST_ROWS, MOST_ROWS, 1
    ]  # fmt: skip
    assert re.findall(r"\\label\{(.+)\}", tex) == ["tab:demo-1-1", "tab:demo-1-2", "tab:demo-1-3"]
    assert tex.count("(part 2 of 3)") == 2
    assert tex.count("A note.") == 1


def test_headings_below_a_heading_have_their_own_tables():
    made = table(["a", "b"], [["1", "2"]])
    text = joined(["# demo", "First.", "## One\n\nAbout one.", joined(["### x", made, "### y", made]), "## Two", made])
    tex = render_latex(text, "", "demo")
    assert re.findall(r"\\caption\[\{(.*?)\}\]", tex) == ["One: x", "One: y", "Two"]
    assert tex.count("About one.") == 1


def test_a_list_below_a_table_stays_a_list_with_minus_signs():
    note = "dec against the strongest baseline:\n\n- ARI: -0.1 [-0.2, 0.3].\n- NMI, ae-2: 0.5."
    tex = render_latex(joined(["## One", table(["a", "b"], [["1", "2"]]), note]), "", "demo")
    expected = r"\item ARI: $-$0.1 [$-$0.2, 0.3]." + "\n" + r"\item NMI, ae-2: 0.5."
    assert expected in tex
    assert tex.index(r"\begin{itemize}") < tex.index(expected) < tex.index(r"\end{table}")


def test_a_table_that_has_lost_its_cells_is_an_error():
    with pytest.raises(ValueError, match="without `joined`"):
        render_latex(joined(["## One\n\n" + table(["a", "b"], [["1", "2"]])]), "", "demo")


def test_the_tables_over_several_data_sets_are_written_too(sets_lab):
    for title in ("digits", "wine"):
        sets_lab.add(title, {"som": [{"ari": 0.5}, {"ari": 0.6}], "kmeans": [{"ari": 0.2}, {"ari": 0.1}]})
    store = sets_lab.done()
    write_sets_tables(store, read_view(store), latex=True)
    tex = store.path("sets.tex").read_text()
    assert "Ranks" in tex
    assert len(re.findall(r"\\begin\{tabular\}", tex)) == len(
        [part for part in store.path("sets.md").read_text().split("\n\n") if part.startswith("|")]
    )
    compiled(tex, store.path())


def test_pdflatex_reads_hostile_names(lab, scores):
    for number, name in enumerate(NASTY):
        for seed in range(2):
            lab.ok(lab.cell("my:Cls", seed, {"a": name, f"b{name}": number}), scores("som", seed), warnings=[name])
    lab.dataset = "".join(NASTY)
    store = lab.done()
    tex = tex_of(store, NASTY)
    assert len(parsed(store.path("table.md").read_text().split("## ")[1])) == len(NASTY)
    text = compiled(tex, store.path())
    assert "my:Cls" in text
    assert "0.57" in text


def compiled(tex: str, folder: Path) -> str:
    """The text of the PDF that pdfLaTeX makes of tables; the test is skipped without pdfLaTeX."""
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed, so it is not known whether it reads these tables")
    (folder / "tables.tex").write_text(tex)
    (folder / "paper.tex").write_text(
        "\\documentclass{article}\n\\usepackage{booktabs}\n\\usepackage{graphicx}\n\\begin{document}\n"
        "\\listoftables\n\\input{tables}\n\\end{document}\n"
    )
    for _ in range(2):  # the second run reads the list of tables
        run = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
            cwd=folder, capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-2000:]
    if shutil.which("pdftotext") is None:
        return tex
    return subprocess.run(
        ["pdftotext", "-layout", "paper.pdf", "-"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
