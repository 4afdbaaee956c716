"""The engines that are measured side by side, by name; each in a module of its own, imported when it is asked for."""

from importlib import import_module
from types import MappingProxyType

from volunteer_match.benchmarks.peers.peer import Peer

OURS = "ours"
# In the order of the table: ours, then exact text search, vectors, databases.
PEERS = MappingProxyType(
    {
        OURS: "ours:Ours",
        "ours_numpy": "ours:OursPlain",
        "sklearn_brute": "sklearn_text:BruteForce",
        "linear_kernel": "sklearn_text:LinearKernel",
        "char_linear_kernel": "sklearn_text:CharLinearKernel",
        "sparse_dot_topn": "sparse_products:SparseDotTopN",
        "bm25s": "bm25:Bm25s",
        "bm25s_numba": "bm25:Bm25sNumba",
        "faiss_flat": "vectors:FaissFlat",
        "hnswlib": "vectors:Hnswlib",
        "usearch": "vectors:Usearch",
        "sqlite_fts5": "sqlite:SqliteFts5",
        "postgresql_text": "postgresql:FullText",
        "pgvector": "postgresql:PgVector",
    }
)


def make_peer(name: str) -> Peer:
    """Raises `NotPossible` when what it stands on is not installed."""
    module, _, kind = PEERS[name].partition(":")
    peer: Peer = getattr(import_module(f"{__name__}.{module}"), kind)()
    return peer
