"""The `transformer` recipe: an encoder of a local directory or hub id, fine-tuned whole or by LoRA (Hu et al. 2021).

AdamW with warm-up and a linear or cosine schedule, gradients accumulated over steps and clipped, bfloat16 on a GPU.
Every epoch is checkpointed with the optimiser; row order and dropout follow from seed and epoch, so a killed run goes
on to the very same weights.
"""

from functools import partial
from math import ceil, cos, pi
from pathlib import Path
from typing import Any

import numpy as np

from goodword.errors import InputError, MissingExtra
from goodword.models.transformer_text import Transformer, libraries
from goodword.train.base import Job, Step, Trained
from goodword.train.stop import Checkpoints, Progress, class_weights, validation

_KEPT = "tensors.pt"  # of the checkpoint: tensors only, read with weights_only


def fit(job: Job) -> Trained:
    """Train, stop early, and give back the best epoch's weights, adapters merged.

    Raises:
        MissingExtra: torch, transformers or (for LoRA) peft is not installed.
        InputError: no base model is named, or it cannot be found or read.
    """
    torch, _ = libraries()
    torch.manual_seed(job.seed)
    o = job.options
    scorer, adapted = _base(job)
    model = scorer.model
    steps = ceil(len(job.train) / int(o["batch"]))
    updates = max(1, int(o["epochs"]) * ceil(steps / int(o["accumulate"])))
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=float(o["rate"]), weight_decay=float(o["l2"]))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _schedule(str(o["schedule"]), updates, float(o["warmup"])))
    kept = Checkpoints(job, "transformer")
    kept.heal()
    progress, best = Progress(), _tensors(model)
    if found := kept.load():
        progress = found[0]
        best = _restore(torch, found[1], model, optimizer, schedule)
    while not progress.over(int(o["epochs"]), int(o["patience"])):
        loss = _epoch(torch, job, scorer, optimizer, schedule, progress.epoch)
        checked = scorer.logits(job.valid.texts, job.valid.pairs)
        figures = validation(checked, job.valid.codes(job.labels), job.labels)
        if progress.add({"loss": loss, **figures}):
            best = _tensors(model)
        kept.save(progress, partial(_keep, torch, model, best, (optimizer, schedule)))
        job.watch(Step(done=progress.epoch, total=float(o["epochs"]), unit="epoch", loss=figures["valid_loss"],
                       metric=figures["valid_macro_f1"]))  # fmt: skip
    _load(model, best)
    counted = sum(p.numel() for p in trained)
    if adapted:
        scorer.model = model.merge_and_unload()
    whole = sum(p.numel() for p in scorer.model.parameters())

    def save(folder: Path) -> None:
        scorer.model.save_pretrained(str(folder), safe_serialization=True)
        scorer.tokenizer.save_pretrained(str(folder))
        kept.clear()

    return Trained(
        kind="transformer_text", classifier=scorer, save=save, history=progress.history,
        settings={"length": int(o["length"])},
        about={"base": Path(str(o["base"])).name, "parameters": whole, "trained_parameters": counted,
               "best_epoch": progress.best_epoch, "device": str(scorer.model.device)},
    )  # fmt: skip


def _base(job: Job) -> tuple[Transformer, bool]:
    """The encoder with a new head, and whether adapters were put into it."""
    torch, transformers = libraries()
    o, name = job.options, str(job.options["base"])
    if not name:
        raise InputError("the transformer recipe needs a model to start from", cure="--set base=FOLDER or a hub id")
    known = {"trust_remote_code": False, "local_files_only": Path(name).exists()}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **known)
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            name, num_labels=len(job.labels), id2label=dict(enumerate(job.labels)),
            label2id={x: i for i, x in enumerate(job.labels)}, use_safetensors=True, **known,
        )  # fmt: skip
    except (OSError, ValueError):
        raise InputError(f"the model {name!r} cannot be loaded", where="recipe",
                         cure="Name a folder with config.json, model.safetensors and a tokeniser, or a hub id") from None  # fmt: skip  # noqa: E501
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = float(o["dropout"])
    adapted = o["tune"] == "lora"
    if adapted:
        try:
            import peft
        except ImportError:
            raise MissingExtra("transformers", "LoRA") from None
        adapter = peft.LoraConfig(task_type="SEQ_CLS", r=int(o["lora_rank"]), lora_alpha=2 * int(o["lora_rank"]),
                                  lora_dropout=0.0, target_modules=str(o["lora_modules"]) or None)  # fmt: skip
        model = peft.get_peft_model(model, adapter)
    elif o["tune"] == "head":
        for part in model.base_model.parameters():
            part.requires_grad = False
    elif o["tune"] != "full":
        raise InputError(f"tune {o['tune']!r} is not known", where="recipe", cure="Write full, lora or head")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Transformer(model.to(device), tokenizer, int(o["length"])), adapted


def _epoch(torch: Any, job: Job, scorer: Transformer, optimizer: Any, schedule: Any, epoch: int) -> float:
    """One pass over the rows; the mean loss."""
    o, model = job.options, scorer.model
    torch.manual_seed(job.seed * 10_007 + epoch)
    model.train()
    order = np.random.default_rng([job.seed, epoch]).permutation(len(job.train)).tolist()
    codes = job.train.codes(job.labels)
    weight = torch.tensor(class_weights(codes, len(job.labels), str(o["class_weight"])), dtype=torch.float32)
    criterion = torch.nn.CrossEntropyLoss(weight.to(model.device), label_smoothing=float(o["smoothing"]))
    half = model.device.type == "cuda" and bool(o["mixed_precision"])
    size, step_of = int(o["batch"]), int(o["accumulate"])
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    total = 0.0
    for number, places in enumerate(batches, 1):
        pairs = [job.train.pairs[i] for i in places] if job.train.pairs else None
        batch = scorer.encoded([job.train.texts[i] for i in places], pairs)
        with torch.autocast(model.device.type, dtype=torch.bfloat16, enabled=half):
            logits = model(**batch).logits
        loss = criterion(logits.float(), torch.tensor(codes[places], device=model.device))
        (loss / step_of).backward()
        total += float(loss.detach()) * len(places)
        if number % step_of == 0 or number == len(batches):
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        if number % max(1, len(batches) // 50) == 0:
            job.watch(Step(done=epoch + number / len(batches), total=float(o["epochs"]), unit="epoch",
                           loss=float(loss.detach())))  # fmt: skip
    return total / len(order)


def _schedule(kind: str, updates: int, warmup: float) -> Any:
    """The factor of the learning rate at an update: up during the warm-up, then down to zero."""
    if kind not in {"linear", "cosine", "constant"}:
        raise InputError(f"schedule {kind!r} is not known", where="recipe", cure="Write linear, cosine or constant")
    rise = max(1, round(updates * warmup))

    def factor(update: int) -> float:
        if update < rise:
            return (update + 1) / rise
        left = (updates - update) / max(1, updates - rise)
        return {"linear": max(0.0, left), "cosine": 0.5 * (1 - cos(pi * max(0.0, left))), "constant": 1.0}[kind]

    return factor


def _tensors(model: Any) -> dict[str, Any]:
    """The weights that are trained."""
    return {n: p.detach().cpu().clone() for n, p in model.named_parameters() if p.requires_grad}


def _load(model: Any, tensors: dict[str, Any]) -> None:
    held = dict(model.named_parameters())
    for name, value in tensors.items():
        held[name].data.copy_(value)


def _keep(torch: Any, model: Any, best: dict[str, Any], driven: tuple[Any, Any], folder: Path) -> None:
    optimizer, schedule = driven
    state = {"now": _tensors(model), "best": best, "optimizer": optimizer.state_dict(),
             "schedule": {"last_epoch": schedule.last_epoch}}  # fmt: skip
    torch.save(state, folder / _KEPT)


def _restore(torch: Any, folder: Path, model: Any, optimizer: Any, schedule: Any) -> dict[str, Any]:
    state = torch.load(folder / _KEPT, weights_only=True, map_location="cpu")
    _load(model, state["now"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.last_epoch = state["schedule"]["last_epoch"]
    for group, factor in zip(optimizer.param_groups, schedule.lr_lambdas, strict=True):
        group["lr"] = group["initial_lr"] * factor(schedule.last_epoch)
    best: dict[str, Any] = state["best"]
    return best
