"""The page about indices has the figures that the command has written for each data set."""

from write_tables import INDICES, OF_INDICES, worth

SETS = tuple(OF_INDICES)


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
