"""Libraries that report on their users by themselves are told not to, before any of them is imported.

Nothing leaves the shop's machine unless the shop asks for it (a model at an address, weights to be fetched). Each
reads its variable when it is imported; who has set one keeps what they set.
"""

import os

VARIABLES = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime, on by default on Linux since 1.29: model names, hashes, times of runs
    "MLFLOW_DISABLE_TELEMETRY": "true",  # mlflow, on by default since 3.2
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub and transformers
    "DO_NOT_TRACK": "1",  # whatever else heeds the convention
}

for _name, _value in VARIABLES.items():
    os.environ.setdefault(_name, _value)
