"""Which terms, and which codes, are found together: the points and lines of a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.measures.collocation import association
from nlp.measures.keyness import NOTEWORTHY
from nlp.tables import NETWORK_EDGES, NETWORK_NODES, NETWORKS

MOST_EDGES = 150
LEAST = 3  # places: a pair seen in fewer is chance
TERMS, CODES = NETWORKS


def term_network(
    tokens: pd.DataFrame, terms: Sequence[str], sources: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """NETWORK_NODES and NETWORK_EDGES of ``terms`` that stand in the same passage."""
    found = tokens[tokens["term"].isin(list(terms))]
    seen = found.assign(node=found["term"], place=found["passage_id"])
    return network(seen, TERMS, tokens["passage_id"].nunique(), sources)


def code_network(labels: pd.DataFrame, sources: pd.Series | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """NETWORK_NODES and NETWORK_EDGES of codes that are surely given to the same passage.

    A passage has one role, and codes of that role's facet only: the codes of a facet are held against the passages
    that have a code of it. How facets hang together is told by ``links``, document by document.
    """
    found = labels[labels["sure"] & (labels["facet"] != "role")]
    nodes, edges = [], []
    for facet, mine in found.groupby("facet", sort=True):
        seen = mine.assign(node=mine["code"], place=mine["passage_id"])
        points, lines = network(seen, CODES, mine["passage_id"].nunique(), sources)
        nodes.append(points.assign(facet=facet))
        edges.append(lines)
    if not nodes:
        return NETWORK_NODES.empty(), NETWORK_EDGES.empty()
    return (
        NETWORK_NODES.shape(pd.concat(nodes, ignore_index=True)),
        NETWORK_EDGES.shape(
            pd.concat(edges, ignore_index=True).sort_values(
                ["npmi", "one", "other"], ascending=[False, True, True], ignore_index=True
            )
        ),
    )


def network(
    seen: pd.DataFrame, name: str, n_places: int, sources: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes and edges: pairs found together more often than chance would have it, the closest first.

    Parameters
    ----------
    seen : a row an occurrence, columns node, place, document_id
    name : which network (NETWORKS)
    n_places : how many places there are, those without any node among them
    sources : independent source of every document; None takes every document for one

    Notes
    -----
    Normalized pointwise mutual information after Bouma (2009): ln(p(x,y) / p(x) p(y)) / -ln p(x,y). A line is drawn
    where it is positive, the pair stands in three places at least and G² (Dunning 1993) is above 10.83 (p < 0.001);
    the 150 strongest by G².
    """
    seen = seen[["node", "place", "document_id"]].drop_duplicates(["node", "place"])
    node, names = pd.factorize(seen["node"], sort=True)
    if not len(names):
        return NETWORK_NODES.empty(), NETWORK_EDGES.empty()
    place, places = pd.factorize(seen["place"])
    matrix = csr_array((np.ones(len(seen)), (place, node)), shape=(len(places), len(names)))
    together, alone = (matrix.T @ matrix).toarray(), matrix.sum(axis=0)
    one, other = np.triu_indices(len(names), 1)
    both = together[one, other]
    kept = both >= LEAST
    one, other, both = one[kept], other[kept], both[kept]
    expected = alone[one] * alone[other] / n_places
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(both < n_places, np.log(both / expected) / -np.log(both / n_places), 0.0)
    g2 = association(both, alone[one], alone[other], n_places)
    strong = np.flatnonzero((npmi > 0) & (g2 > NOTEWORTHY))
    strong = strong[np.argsort(-g2[strong], kind="stable")][:MOST_EDGES]
    document = seen["document_id"].to_numpy(dtype=object)
    source_of_row = document if sources is None else sources.reindex(document).to_numpy(dtype=object)
    source_of_place = dict(zip(place, source_of_row, strict=True))
    held = {number: frozenset(place[node == number]) for number in range(len(names))}
    edges = NETWORK_EDGES.frame(
        {
            "network": name,
            "one": names[one[i]],
            "other": names[other[i]],
            "n": int(both[i]),
            "expected": float(expected[i]),
            "npmi": float(npmi[i]),
            "log_likelihood": float(g2[i]),
            "n_sources": len({source_of_place[p] for p in held[int(one[i])] & held[int(other[i])]}),
        }
        for i in strong
    )
    ends = pd.concat(
        [
            edges[["one", "npmi"]].set_axis(["node", "npmi"], axis=1),
            edges[["other", "npmi"]].set_axis(["node", "npmi"], axis=1),
        ]
    )
    grouped = ends.groupby("node")["npmi"]
    nodes = pd.DataFrame(
        {
            "network": name,
            "node": names,
            "facet": None,
            "n": alone.astype(np.int64),
            "n_sources": [len({source_of_place[p] for p in held[number]}) for number in range(len(names))],
        }
    )
    nodes = nodes.assign(
        degree=nodes["node"].map(grouped.size()).fillna(0), strength=nodes["node"].map(grouped.sum()).fillna(0.0)
    )
    edges = edges.sort_values(["npmi", "one", "other"], ascending=[False, True, True], ignore_index=True)
    return NETWORK_NODES.shape(nodes), edges
