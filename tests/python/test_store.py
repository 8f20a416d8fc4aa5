"""The .kedja store from Python: what was saved is what opens, and nothing else opens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import kedja
import numpy as np
import pytest


def graphs():
    text = kedja.CompanyGraph(["ö", "b", "a"], ["b", "a"], ["ö", "b"], [2.5, 1.0])
    yield text
    yield kedja.CompanyGraph([30, 4, 7], [4, 30], [30, 30], directed=False)
    yield kedja.CompanyGraph.from_arrays(4, [0, 1, 1], [1, 2, 2])
    yield kedja.CompanyGraph([], [], [])


@pytest.mark.parametrize("graph", list(graphs()), ids=repr)
def test_graph_comes_back(graph, tmp_path):
    again = kedja.open(graph.save(tmp_path / "g.kedja"))
    assert again.ids.tolist() == graph.ids.tolist()
    assert again.ids.dtype.kind == graph.ids.dtype.kind or len(graph.ids) == 0
    assert again.checksum == graph.checksum
    assert repr(again) == repr(graph)
    for measure in (kedja.centrality.pagerank, kedja.centrality.harmonic_closeness):
        ours, theirs = measure(again), measure(graph)
        assert ours.frame.equals(theirs.frame)
    assert kedja.open(again.save(tmp_path / "h.kedja")).checksum == graph.checksum
    assert (tmp_path / "g.kedja").read_bytes() == (tmp_path / "h.kedja").read_bytes()


def test_graph_outlives_its_file(tmp_path, random_links):
    n, source, target, value = random_links(5, n=50, m=400)
    graph = kedja.CompanyGraph.from_arrays(n, source, target, value)
    path = graph.save(tmp_path / "g.kedja")
    again = kedja.open(path)
    assert again.num_links == 400  # mapped now
    path.unlink()
    assert kedja.centrality.pagerank(again).frame.equals(kedja.centrality.pagerank(graph).frame)


def test_dataset_comes_back_with_its_report_and_source(tmp_path):
    data = kedja.datasets.load("cordis_h2020")
    again = kedja.open(data.save(tmp_path / "d.kedja"))
    assert again.checksum == data.checksum
    assert again.check().frame.equals(data.check().frame)
    assert again.source == data.source
    assert again.graph("collaboration").checksum == data.graph("collaboration").checksum
    assert again.as_of(2016).checksum == data.as_of(2016).checksum
    assert kedja.read(tmp_path / "d.kedja").checksum == data.checksum


def test_damage_is_named(tmp_path):
    path = kedja.CompanyGraph(["a", "b"], ["a"], ["b"]).save(tmp_path / "g.kedja")
    whole = path.read_bytes()
    path.write_bytes(whole[:-64])
    with pytest.raises(kedja.DataError, match="cut short") as refused:
        kedja.open(path)
    assert (refused.value.code, refused.value.file) == ("E_CHECKSUM", "g.kedja")
    at = whole.index(np.uint32(1).tobytes(), 1024)  # inside some section
    path.write_bytes(whole[:at] + b"\x07" + whole[at + 1 :])
    graph = kedja.open(path)  # the header is whole
    with pytest.raises(kedja.DataError, match=r"g\.kedja: section .* is damaged"):
        kedja.centrality.degree(graph)
    path.write_bytes(b"id,name\na,A\n" * 20)
    with pytest.raises(kedja.DataError, match=r"not a \.kedja file"):
        kedja.open(path)
    with pytest.raises(kedja.DataError) as missing:
        kedja.open(tmp_path / "none.kedja")
    assert missing.value.code == "E_FILE"


def test_what_cannot_be_kept_is_refused(tmp_path):
    with pytest.raises(kedja.InvalidArgumentError, match=r"ends in \.kedja"):
        kedja.CompanyGraph(["a"], [], []).save(tmp_path / "g.csv")
    with pytest.raises(kedja.InvalidArgumentError, match="texts or whole numbers"):
        kedja.CompanyGraph([1.5], [], []).save(tmp_path / "g.kedja")
    graph = kedja.CompanyGraph(["a"], [], []).save(tmp_path / "g.kedja")
    with pytest.raises(kedja.DataError, match=r"use kedja\.open"):
        kedja.read(graph)
    assert os.listdir(tmp_path) == ["g.kedja"]


def test_a_killed_save_leaves_the_old_store_whole(tmp_path):
    path = tmp_path / "g.kedja"
    kedja.CompanyGraph(["old"], [], []).save(path)
    code = """
        import sys, kedja, numpy as np
        graph = kedja.CompanyGraph.from_arrays(200_000, np.arange(199_999), np.arange(1, 200_000))
        print("ready", flush=True)
        while True:
            graph.save(sys.argv[1])
    """
    sizes = set()
    for wait in (0.0, 0.004, 0.011, 0.02, 0.05):
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(path)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        found = kedja.open(path)
        kedja.centrality.degree(found)  # every section verifies
        sizes.add(found.num_companies)
    assert sizes <= {1, 200_000}
