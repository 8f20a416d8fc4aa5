"""Decompositions of gross exports as matrix formulas in NumPy, from the full Leontief inverse.

Follows Koopman, Wang & Wei (2014), Wang, Wei & Zhu (2013) and Borin & Mancini (2023) term by term;
written for tables in which every group has the same number of sectors, in blocks.
"""

from __future__ import annotations

import numpy as np

WWZ = [
    "DVA_FIN",
    "DVA_INT",
    "DVA_INTrexI1",
    "DVA_INTrexF",
    "DVA_INTrexI2",
    "RDV_INT",
    "RDV_FIN",
    "RDV_FIN2",
    "OVA_FIN",
    "MVA_FIN",
    "OVA_INT",
    "MVA_INT",
    "DDC_FIN",
    "DDC_INT",
    "ODC",
    "MDC",
]


class World:
    """A table of G groups of N sectors: Z (G N, G N), final demand Y (G N, G), output x."""

    def __init__(self, Z: np.ndarray, Y: np.ndarray, x: np.ndarray, groups: int) -> None:
        n = len(Z)
        self.G, self.N = G, N = groups, n // groups
        inverse_x = np.divide(1.0, x, out=np.zeros(n), where=x > 0)
        A = Z * inverse_x
        self.x = x.reshape(G, N)
        self.v = ((x - Z.sum(axis=0)) * inverse_x).reshape(G, N)
        # Indexed (group, group, sector, sector) from here on.
        self.A = A.reshape(G, N, G, N).transpose(0, 2, 1, 3)
        self.B = np.linalg.inv(np.eye(n) - A).reshape(G, N, G, N).transpose(0, 2, 1, 3)
        own = np.arange(G)
        self.L = np.linalg.inv(np.eye(N) - self.A[own, own])
        self.Y = Y.reshape(G, N, G).transpose(0, 2, 1)  # (seller, user, sector)
        self.inputs = Z.reshape(G, N, G, N).sum(axis=3).transpose(0, 2, 1)
        abroad = 1.0 - np.eye(G)[:, :, None]
        self.final = self.Y * abroad
        self.E = (self.Y + self.inputs) * abroad


def wwz(w: World) -> dict[str, np.ndarray]:
    """Sixteen terms, each (exporter, importer, sector)."""
    G, own = w.G, np.arange(w.G)
    VB = np.einsum("ti,tsij->tsj", w.v, w.B)
    VL = np.einsum("si,sij->sj", w.v, w.L)
    # BY[r, t, u] = B_rt Y_tu: what r makes for what t sells to u.
    BY = np.matmul(w.B, w.Y.transpose(0, 2, 1)[None]).transpose(0, 1, 3, 2)
    off = 1.0 - np.eye(G)
    LY = np.einsum("rij,rj->ri", w.L, w.Y[own, own])
    LE = np.einsum("rij,rj->ri", w.L, w.E.sum(axis=1))
    use = {name: np.zeros((G, G, w.N)) for name in WWZ}  # (exporter s, importer r, sector of r)
    home = BY[:, own, own]  # (r, t): B_rt Y_tt
    exported = BY.sum(axis=2) - home  # (r, t): B_rt sum over u != t of Y_tu
    for s in range(G):
        for r in range(G):
            if s == r:
                continue
            third = [t for t in range(G) if t not in (s, r)]
            use["DVA_INT"][s, r] = BY[r, r, r]
            use["DVA_INTrexI1"][s, r] = home[r, third].sum(axis=0)
            use["DVA_INTrexF"][s, r] = BY[r, r, third].sum(axis=0)
            use["RDV_FIN2"][s, r] = BY[r, third, s].sum(axis=0)
            use["DVA_INTrexI2"][s, r] = exported[r, third].sum(axis=0) - use["RDV_FIN2"][s, r]
            use["RDV_FIN"][s, r] = BY[r, r, s]
            use["RDV_INT"][s, r] = home[r, s]
            use["DDC_FIN"][s, r] = exported[r, s]
            for name in ("OVA_INT", "MVA_INT"):
                use[name][s, r] = LY[r]
            for name in ("ODC", "MDC"):
                use[name][s, r] = LE[r]
    terms = {}
    mva = VB.transpose(1, 0, 2)  # (exporter s, importer r, sector): V_r B_rs
    ova = (VB.sum(axis=0) - VB[own, own])[:, None] - mva
    for name in WWZ:
        if name.endswith("_FIN") and name[:3] in ("DVA", "OVA", "MVA"):
            weight = {"DVA": VB[own, own][:, None], "OVA": ova, "MVA": mva}[name[:3]]
            terms[name] = weight * w.final
        elif name == "DDC_INT":
            terms[name] = (VB[own, own] - VL)[:, None] * w.inputs * off[:, :, None]
        else:
            used = np.matmul(w.A, use[name][..., None])[..., 0]
            weight = {"O": ova, "M": mva}.get(name[0], VL[:, None])
            terms[name] = weight * used
        terms[name] = terms[name] * off[:, :, None]
    return terms


def kww(w: World) -> dict[str, np.ndarray]:
    """T1 to T9, each (group,)."""
    G, own = w.G, np.arange(w.G)
    VB = np.einsum("ti,tsij->tsj", w.v, w.B)
    LY = np.einsum("rij,rj->ri", w.L, w.Y[own, own])
    LE = np.einsum("rij,rj->ri", w.L, w.E.sum(axis=1))
    made = {f"T{k}": np.zeros(G) for k in range(1, 10)}
    for s in range(G):
        foreign = VB[:, s].sum(axis=0) - VB[s, s]
        made["T1"][s] = VB[s, s] @ w.final[s].sum(axis=0)
        made["T7"][s] = foreign @ w.final[s].sum(axis=0)
        for r in range(G):
            if r == s:
                continue
            third = [u for u in range(G) if u not in (s, r)]
            made["T2"][s] += VB[s, r] @ w.Y[r, r]
            made["T3"][s] += VB[s, r] @ w.Y[r, third].sum(axis=0)
            made["T4"][s] += VB[s, r] @ w.Y[r, s]
            made["T5"][s] += VB[s, r] @ w.A[r, s] @ LY[s]
            made["T6"][s] += VB[s, r] @ w.A[r, s] @ LE[s]
            made["T8"][s] += foreign @ w.A[s, r] @ LY[r]
            made["T9"][s] += foreign @ w.A[s, r] @ LE[r]
    return made


def borin_mancini(w: World) -> dict[str, np.ndarray]:
    """Thirteen terms, each (exporter, importer, sector)."""
    G, N, own = w.G, w.N, np.arange(w.G)
    n = G * N
    VB = np.einsum("ti,tsij->tsj", w.v, w.B)
    VL = np.einsum("si,sij->sj", w.v, w.L)
    flat = w.A.transpose(0, 2, 1, 3).reshape(n, n)
    foreign_once = np.zeros((G, N))
    for s in range(G):
        rows = slice(s * N, (s + 1) * N)
        cut = flat.copy()
        cut[rows] = 0
        cut[rows, rows] = flat[rows, rows]  # s sells no inputs abroad
        column = np.linalg.solve(np.eye(n) - cut, np.eye(n)[:, rows])
        v = w.v.reshape(-1).copy()
        v[rows] = 0
        foreign_once[s] = v @ column
    output = np.einsum("rtij,tuj->rui", w.B, w.Y)  # (r, u): made by r for the final demand of u
    once, own_all = VL[:, None], VB[own, own][:, None]
    foreign = (VB.sum(axis=0) - VB[own, own])[:, None]
    off = 1.0 - np.eye(G)
    away = (output.sum(axis=1)[:, None] - output).transpose(1, 0, 2)  # (s, r)
    LY = np.einsum("rij,rj->ri", w.L, w.Y[own, own])
    exports = w.E
    made = {
        "exgr": exports,
        "dc": own_all * exports,
        "dva": once * exports,
        "vax": once * (w.final + np.matmul(w.A, away[..., None])[..., 0]),
        "davax": once * (w.final + np.matmul(w.A, LY[None, :, :, None])[..., 0]),
        "ref": once * np.matmul(w.A, output.transpose(1, 0, 2)[..., None])[..., 0],
        "fc": foreign * exports,
        "fva": foreign_once[:, None] * exports,
    }
    made["ddc"] = made["dc"] - made["dva"]
    made["fdc"] = made["fc"] - made["fva"]
    made["gvc"] = exports - made["davax"]
    made["gvcb"] = made["fc"] + made["ddc"]
    made["gvcf"] = made["dva"] - made["davax"]
    return {name: values * off[:, :, None] for name, values in made.items()}
