"""The page about indices has the figures that the command has written for each data set."""

import pandas as pd
from documents import RESULTS, marked, table_rows

SETS = ("digits", "multiple-features", "mnist-20k", "fashion-20k", "ag-news")
INDICES = ("Silhouette", "Davies–Bouldin", "Calinski–Harabasz")
SPACES = ("own", "input", "PCA-50", "UMAP of PCA-50")
CRITERIA = (
    *(
        (f"ACE of {index}" if space == "several" else index, space)
        for index in INDICES
        for space in (*SPACES, "several")
    ),
    ("stability over seeds", "–"),
    ("agreement with other methods", "–"),
)


def worth(name: str) -> pd.DataFrame:
    table = pd.read_csv(RESULTS / name / "index_worth.csv").fillna({"space": "–"})
    return table.set_index(["criterion", "space"])


def cell(row: pd.Series) -> str:
    return f"{row.tau:+.2f} [{row.low:+.2f}, {row.high:+.2f}]".replace("-", "−")


def expected_rows() -> list[list[str]]:
    tables = [worth(name) for name in SETS]
    return [[*criterion, *(cell(table.loc[criterion]) for table in tables)] for criterion in CRITERIA]


def test_the_table_is_that_of_the_results_folders():
    assert table_rows(marked("docs/results/indices.md", "index-worth")) == expected_rows()


def test_the_numbers_of_partitions_are_those_of_the_results_folders():
    rows = table_rows(marked("docs/results/indices.md", "index-sets"))
    assert [row[-2:] for row in rows] == [
        [str(int(worth(name).iloc[0][column])) for column in ("n_methods", "n_partitions")] for name in SETS
    ]
    assert [row[0].strip("[]").split("](")[0] for row in rows] == list(SETS)


def test_what_the_page_says_of_the_intervals_is_so():
    below: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for name in SETS:
        for (criterion, space), row in worth(name).iterrows():
            if row.high < 0:
                below.setdefault(name, set()).add(f"{criterion}, {space}")
            elif row.low > 0:
                above.setdefault(name, set()).add(f"{criterion}, {space}")
    images, texts = SETS[:4], SETS[4]
    in_pixels = {f"{index}, {space}" for index in INDICES for space in ("input", "PCA-50")}
    assert not in_pixels & set().union(*above.values())
    assert [name for name in SETS if in_pixels <= below.get(name, set())] == ["mnist-20k", "fashion-20k"]
    own = {f"{index}, own" for index in INDICES}
    assert [name for name in SETS if own & above[name]] == ["mnist-20k"]
    assert own <= above["mnist-20k"]
    in_map = {"Silhouette, UMAP of PCA-50", "Calinski–Harabasz, UMAP of PCA-50"}
    assert all(in_map <= above[name] for name in images)
    assert in_map <= below[texts]
    assert sum("stability over seeds, –" in above[name] for name in SETS) == 1
    assert sum("agreement with other methods, –" in above[name] for name in SETS) == 2


SEARCHES = ("search-multiple-features",)


def regrets() -> list[list[str]]:
    """For each grid: ARI of the chosen point and of the best, and the regret of this rule and of the earlier one."""
    rows = []
    for name in SEARCHES:
        for method, grid in pd.read_csv(RESULTS / name / "search.csv").groupby("method", sort=False):
            ari = grid.ari_mean
            chosen, earlier, best = ari[grid.chosen].iloc[0], ari[grid.chosen_by_own_indices].iloc[0], ari.max()
            figures = [f"{value:.3f}" for value in (chosen, best, best - chosen, best - earlier)]
            rows.append([f"[{name}](../../results/{name}/search.md)", f"`{method}`", str(len(grid)), *figures])
    return rows


def test_the_regrets_are_those_of_the_searches():
    assert table_rows(marked("docs/results/indices.md", "regrets")) == regrets()
