"""Once per release: 10^7 links, beside SciPy. `make test-large` runs it; a few minutes, 4 GiB."""

from __future__ import annotations

import os

import kedja
import numpy as np
import pytest

pytestmark = pytest.mark.skipif(
    os.environ.get("KEDJA_TEST_LARGE") != "1", reason="10^7 links: make test-large"
)
COMPANIES, LINKS = 2_000_000, 10_000_000


@pytest.fixture(scope="module")
def links() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(10)
    source = (COMPANIES * random.random(LINKS) ** 2).astype(np.int64)
    target = (COMPANIES * random.random(LINKS) ** 1.5).astype(np.int64)
    return source, target, 1.0 + random.random(LINKS)


@pytest.fixture(scope="module")
def graph(links) -> kedja.CompanyGraph:
    source, target, value = links
    return kedja.CompanyGraph.from_arrays(COMPANIES, source, target, value)


@pytest.fixture(scope="module")
def matrix(links):
    sparse = pytest.importorskip("scipy.sparse", reason="SciPy is the oracle")
    source, target, value = links
    return sparse.csr_array((value, (source, target)), shape=(COMPANIES, COMPANIES))


def test_strength_is_that_of_the_rows(graph, matrix) -> None:
    found = kedja.centrality.strength(graph)
    np.testing.assert_allclose(found["downstream"], matrix.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found["upstream"], matrix.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize("kind", ["weak", "strong"])
def test_components_are_the_same_parts(graph, matrix, kind: str) -> None:
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(matrix, directed=True, connection=kind)
    found = kedja.structure.components(graph, kind=kind, progress=False)["component"]
    assert len(np.unique(found)) == count
    assert len(np.unique(np.stack([label, found]), axis=1).T) == count


def test_pagerank_meets_its_error(graph, matrix) -> None:
    found = kedja.centrality.pagerank(graph, tolerance=1e-8, progress=False)
    out = matrix.sum(axis=1)
    share = np.divide(1.0, out, out=np.zeros(COMPANIES), where=out > 0)
    x = np.full(COMPANIES, 1 / COMPANIES)
    for _ in range(110):  # 0.85^110 < 2e-8, halved by the start
        x = 0.85 * (matrix.T @ (x * share) + x[out == 0].sum() / COMPANIES) + 0.15 / COMPANIES
    assert np.abs(found["pagerank"] - x).sum() < 1e-7


def test_searches_reach_what_scipy_reaches(graph, matrix) -> None:
    from scipy.sparse.csgraph import dijkstra

    far = dijkstra(matrix, indices=7, unweighted=True)
    found = kedja.structure.distances(graph, source=7, progress=False)["distance"]
    assert np.array_equal(found, far)  # infinite where no path leads


def test_ten_million_links_have_the_same_bits_on_two_threads(graph) -> None:
    for call in (
        lambda t: kedja.structure.triangles(graph, threads=t, progress=False)["clustering"],
        lambda t: kedja.centrality.pagerank(graph, threads=t, progress=False)["pagerank"],
    ):
        assert call(1).tobytes() == call(2).tobytes()
