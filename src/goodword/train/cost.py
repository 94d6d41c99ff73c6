"""What a run costs: seconds, energy and money after it, and an estimate before it that is measured on this machine.

Energy is a stated model (watts of a busy core times core-seconds; data/train/costs.toml), or codecarbon's measurement
where that library is installed and asked for.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from tomllib import loads
from typing import Any

from goodword.errors import MissingExtra
from goodword.train.base import Job, Learner

_PROBES = (256, 768)  # rows of the two trial fits
_KWH = 3.6e6  # joules


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """Of a run to come: wall seconds, CPU seconds, what the trial fits themselves took."""

    seconds: float
    cpu_seconds: float
    probe_seconds: float


@cache
def rates() -> Mapping[str, float]:
    """Watts, carbon and money."""
    held: dict[str, float] = loads(files("goodword.data").joinpath("train/costs.toml").read_text("utf-8"))
    return held


def priced(cpu_seconds: float, *, gpu_seconds: float = 0.0) -> dict[str, Any]:
    """Energy, carbon and money of core-seconds by the stated model."""
    r = rates()
    joules = cpu_seconds * r["watts_core"] + gpu_seconds * r["watts_gpu"]
    return {
        "kwh": joules / _KWH,
        "grams_co2": joules / _KWH * r["grams_co2_kwh"],
        "usd": (cpu_seconds * r["usd_core_hour"] + gpu_seconds * r["usd_gpu_hour"]) / 3600,
        "energy_by": "stated model",
    }


def estimate(learner: Learner, job: Job) -> Estimate:
    """Fit a few rows twice for one epoch each, and carry time on in a straight line to all rows and epochs.

    The steady cost (importing, building) is what remains at no rows. Early stopping can only make the run shorter.
    """
    epochs = float(job.options.get("epochs", 1))
    began = time.monotonic()
    points = []
    with TemporaryDirectory() as folder:
        for size in (_PROBES[0], *_PROBES):  # the first pays for imports
            rows = job.train.take(range(0, len(job.train), max(1, len(job.train) // size)))
            short = {**job.options, **({"epochs": 1} if "epochs" in job.options else {})}
            trial = replace(job, train=rows, valid=job.valid.take(range(min(64, len(job.valid)))), options=short,
                            work=Path(folder), watch=lambda step: None)  # fmt: skip
            wall, cpu = time.monotonic(), time.process_time()
            learner.fit(trial)
            points.append((len(rows), time.monotonic() - wall, time.process_time() - cpu))
    (few, *low), (many, *high) = points[1:]
    slopes = [max(0.0, (b - a) / max(1, many - few)) for a, b in zip(low, high, strict=True)]
    slopes = [s or b / many for s, b in zip(slopes, high, strict=True)]
    steady = [max(0.0, b - s * many) for s, b in zip(slopes, high, strict=True)]
    passes = len(job.train) * epochs
    return Estimate(seconds=steady[0] + slopes[0] * passes, cpu_seconds=steady[1] + slopes[1] * passes,
                    probe_seconds=time.monotonic() - began)  # fmt: skip


class Meter:
    """Measures a block: wall and CPU seconds, and energy by the stated model or by codecarbon."""

    def __init__(self, by: str = "model") -> None:
        """Args: by: 'model' or 'codecarbon'.

        Raises:
            MissingExtra: codecarbon is asked for and not installed.
        """
        self._tracker: Any = None
        if by == "codecarbon":
            try:
                from codecarbon import OfflineEmissionsTracker
            except ImportError:
                raise MissingExtra("energy", "measuring energy") from None
            self._tracker = OfflineEmissionsTracker(country_iso_code="USA", save_to_file=False, log_level="critical",
                                                    allow_multiple_runs=True)  # fmt: skip
        self._wall, self._cpu = time.monotonic(), time.process_time()
        if self._tracker:
            self._tracker.start()

    def stop(self) -> dict[str, Any]:
        """What it took."""
        wall, cpu = time.monotonic() - self._wall, time.process_time() - self._cpu
        out: dict[str, Any] = {"wall_seconds": wall, "cpu_seconds": cpu, **priced(cpu)}
        if self._tracker:
            self._tracker.stop()
            kwh = float(self._tracker.final_emissions_data.energy_consumed)
            out |= {"kwh": kwh, "grams_co2": kwh * rates()["grams_co2_kwh"], "energy_by": "codecarbon"}
        return out
