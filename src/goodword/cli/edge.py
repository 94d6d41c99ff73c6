"""The edge of the command line: commands gathered, errors told in one line, exit codes in one table.

Exit codes: 0 released or done, 1 refused, 2 usage or bad input, 3 held for a person, 4 a backend failed.
"""

import sys
from collections.abc import Sequence

import typer
from typer.exceptions import Abort, Exit, TyperException

from goodword.cli import (
    ask,
    asked,
    audit,
    catalogue,
    check,
    demo,
    describe,
    desk,
    evaluate,
    ledger,
    mcp,
    models,
    packs,
    pages,
    rate,
    recall,
    recommend,
    reviews,
    screen,
    serve,
    talk,
    train,
)
from goodword.errors import BackendError, DataError, GoodwordError, InputError, LedgerError
from goodword.settings import spoken

EXIT: tuple[tuple[type[GoodwordError], int], ...] = (
    (InputError, 2),
    (BackendError, 4),
    (LedgerError, 1),
    (DataError, 2),
)

app = typer.Typer(
    name="goodword",
    help="Goodword 言之有据: product descriptions in which every sentence rests on a fact the shop holds.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("describe")(describe.describe)
app.command("import")(catalogue.import_)
app.command("columns")(catalogue.columns)
app.command("check")(check.check)
app.command("screen")(screen.screen)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("ask")(ask.ask)
app.command("recall")(recall.recall)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(rate.app, name="rate")
app.add_typer(recommend.app, name="recommend")
app.add_typer(reviews.app, name="reviews")
app.add_typer(ledger.app, name="ledger")
app.add_typer(desk.app, name="desk")
app.add_typer(asked.app, name="asked")
app.add_typer(audit.app, name="audit")
app.add_typer(models.app, name="models")
app.add_typer(packs.app, name="packs")


def run(args: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. No traceback reaches a user."""
    talk.use(spoken())
    try:
        result = pages.command(app)(args=args, standalone_mode=False, prog_name="goodword")
        return result if isinstance(result, int) else 0
    except Exit as done:
        return done.exit_code
    except TyperException as error:
        told = getattr(error, "format_message", None)
        if message := str(told() if told else error):  # none where the help page was all there is to say
            talk.say(f"goodword: {talk.put(message)}")
        return 2
    except (KeyboardInterrupt, Abort):
        talk.say("Stopped. What was written is kept; run the same command again to go on.")
        return 130
    except GoodwordError as error:
        talk.say(f"goodword: {talk.told(error)}")
        return next((code for kind, code in EXIT if isinstance(error, kind)), 2)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        sys.stderr.close()
        return 0
