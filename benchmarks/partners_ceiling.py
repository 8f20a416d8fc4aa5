"""How far the partner features can carry: other models on the same pairs, and one that cheats.

    python benchmarks/partners_ceiling.py [--until 2016] [--after 2017] [--threads N]

Prints one JSON object per line: ROC-AUC on degree-matched pairs, all and between clusters. Every
model learns from the held-out works of `until` and is asked about `after`, as in
`kedja.recommend.backtest`; `straight lines` is our model without bends, and `answers` is our model
fitted on the very pairs that it is asked about, so no additive model over these features can do much
better. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import kedja
import numpy as np
from kedja.recommend import _origin as parts
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, SplineTransformer, StandardScaler

SEED = 0


def others(threads: int) -> dict[str, Any]:
    """Models that can bend, each with the settings that are usual for it."""
    from sklearn.linear_model import LogisticRegression

    jobs = threads or None
    return {
        "boosted trees": HistGradientBoostingClassifier(
            max_iter=300, learning_rate=0.03, max_leaf_nodes=8, l2_regularization=10,
            min_samples_leaf=200, random_state=SEED,
        ),
        "extra trees": ExtraTreesClassifier(
            300, min_samples_leaf=50, max_features=0.5, n_jobs=jobs, random_state=SEED
        ),
        "squares and products": make_pipeline(
            StandardScaler(), PolynomialFeatures(2, include_bias=False), StandardScaler(),
            LogisticRegression(C=0.01, max_iter=2000),
        ),
        "splines": make_pipeline(
            StandardScaler(), SplineTransformer(5, degree=3, knots="quantile"),
            LogisticRegression(C=0.05, max_iter=2000),
        ),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--until", type=int, default=2016)
    parser.add_argument("--after", type=int, default=2017)
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    run: dict[str, Any] = {"threads": asked.threads, "progress": None}

    data = kedja.datasets.load("cordis_h2020")
    history = parts.History.of(data)
    ratio = parts._RATIO
    learned, rate = parts.lessons(
        history, asked.until, negatives="degree_matched", ratio=ratio, seed=SEED
    )
    train = parts._Learned.of(learned, rate, history, None, **run)
    known = history.evidence(asked.until)
    drawn = parts.events(
        history, known, (asked.after, asked.after),
        negatives="degree_matched", ratio=ratio, seed=SEED + 1,
    )  # fmt: skip
    rows = parts._rows(known, drawn, **run)
    groups = data.as_of(asked.until).groups("cluster")
    inter = parts.same_cluster(groups, drawn.source, drawn.target) == 0

    def tell(name: str, odds: Any) -> None:
        line = {"model": name, "until": asked.until, "after": asked.after}
        for kind, which in (("all", np.ones(len(inter), dtype=bool)), ("inter", inter)):
            line[f"roc_auc_{kind}"] = round(roc_auc_score(drawn.met[which], odds[which]), 4)
        line["average_precision"] = round(average_precision_score(drawn.met, odds), 4)
        print(json.dumps(line), flush=True)

    def asked_of(learned: Any, bends: tuple[float, ...]) -> Any:
        return parts._odds(parts._fitted(learned, parts._MODEL, asked.threads, bends), rows)

    ours = asked_of(train, parts._BENDS)
    tell("kedja", ours)
    tell("straight lines", asked_of(train, ()))
    answers = parts._Learned(rows, drawn.met, drawn.source, drawn.base_rate)
    tell("answers", asked_of(answers, parts._BENDS))
    for name, model in others(asked.threads).items():
        model.fit(train.rows[:, parts._MODEL], train.met)
        p = np.clip(model.predict_proba(rows[:, parts._MODEL])[:, 1], 1e-9, 1 - 1e-9)
        odds = np.log(p / (1 - p))
        tell(name, odds)
        tell(f"kedja and {name}, mean of log odds", (ours - ours.mean()) + (odds - odds.mean()))


if __name__ == "__main__":
    main()
