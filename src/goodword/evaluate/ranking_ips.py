"""What another recommender would have earned, from the log of this one, where the log holds propensities.

A log row is one showing: who saw what, with what probability it was shown (the propensity), and what came of it.
Each row is weighted by the new policy's probability of that showing over the old one's (Horvitz and Thompson, 1952;
self-normalised: Swaminathan and Joachims, NIPS 2015; clipped: Bottou et al., JMLR 2013). What the old policy never
showed cannot be judged; the effective sample size tells how few rows an estimate really rests on.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.evaluate.ranking_intervals import LEVEL, ROUNDS, SEED, Estimate

CLIP = 50.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyValue:
    """Mean reward of one showing under the new policy, by three estimators, and what they rest on."""

    ips: Estimate
    clipped: Estimate
    snips: Estimate
    logged: Estimate  # of the policy that wrote the log
    rows: int
    matched: int  # rows the new policy would show at all
    effective: float  # effective sample size, Kish


def policy_value(
    shoppers: NDArray[np.int64],
    propensity: NDArray[np.float64],
    reward: NDArray[np.float64],
    chosen: NDArray[np.float64],
    *,
    clip: float = CLIP,
    rounds: int = ROUNDS,
) -> PolicyValue:
    """Estimate the value of a policy; intervals by bootstrap over shoppers, whose rows are not independent.

    Args:
        shoppers: number of the shopper of each row.
        propensity: probability with which the logged item was shown, in (0, 1].
        reward: what came of it (1 bought, or an amount).
        chosen: the new policy's probability of showing the logged item to that shopper, in [0, 1].
        clip: largest weight of the clipped estimator.

    Raises:
        InputError: no rows, or a propensity outside (0, 1].
    """
    _check(propensity, reward)
    weight = chosen / propensity
    people, codes = np.unique(shoppers, return_inverse=True)
    n = np.bincount(codes).astype(np.float64)
    sums: dict[str, Any] = {
        "ips": np.bincount(codes, weight * reward), "clipped": np.bincount(codes, np.minimum(weight, clip) * reward),
        "logged": np.bincount(codes, reward), "weight": np.bincount(codes, weight),
    }  # fmt: skip
    rng = np.random.default_rng(SEED)
    drawn = [rng.multinomial(len(people), np.full(len(people), 1 / len(people))) for _ in range(rounds)]

    def told(over: NDArray[np.float64], under: NDArray[np.float64]) -> Estimate:
        value = float(over.sum() / under.sum()) if under.sum() else float("nan")
        with np.errstate(invalid="ignore", divide="ignore"):
            means = np.array([(d @ over) / (d @ under) for d in drawn])
        means = means[np.isfinite(means)]
        low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(means) else (np.nan, np.nan)
        return Estimate(value=value, low=float(low), high=float(high), users=len(people))

    square = float((weight**2).sum())
    return PolicyValue(
        ips=told(sums["ips"], n), clipped=told(sums["clipped"], n), snips=told(sums["ips"], sums["weight"]),
        logged=told(sums["logged"], n), rows=len(weight), matched=int((weight > 0).sum()),
        effective=float(weight.sum()) ** 2 / square if square else 0.0,
    )  # fmt: skip


def _check(propensity: NDArray[np.float64], reward: NDArray[np.float64]) -> None:
    if not len(propensity):
        raise InputError("the log has no rows", cure="Give rows of user, item, propensity and reward")
    bad = np.flatnonzero(~((propensity > 0) & (propensity <= 1)))
    if len(bad):
        raise InputError(f"propensity {propensity[bad[0]]} is not in (0, 1]", where=f"row {bad[0] + 1} of the log",
                         cure="A propensity is the probability with which the item was shown")  # fmt: skip
    lost = np.flatnonzero(~np.isfinite(reward))
    if len(lost):
        raise InputError("a reward is no number", where=f"row {lost[0] + 1} of the log", cure="Write 0 or 1")
