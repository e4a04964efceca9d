"""Arguments in, exit status out; every failure is one sentence on standard error."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from lodeway import __version__
from lodeway.cli.commands import COMMANDS
from lodeway.errors import LodewayError
from lodeway.paths import cache_dir

DONE = 0
NO_ANSWER = 1
BAD_INPUT = 2
INTERRUPTED = 130
"""What a shell reports of a program that Ctrl+C ended."""
PIPE_CLOSED = 141
"""What a shell reports of a program whose reader went away."""

EPILOG = """\
exit status: 0 done; 1 a promise does not hold or no answer exists; 2 bad input, with one sentence on standard error.
ids: mine:... plant:... port:... place:... gate:... route:... link:... market:... country:COD commodity:copper
     ('lodeway-cli find TEXT' finds them; a name that only one thing has will do, such as: lobito)
"""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage text."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave with the status of bad input."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        print(f"{sentence}; see '{self.prog} --help'.", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def parser(chosen: str | None) -> Parser:
    """The parser; only the ``chosen`` command gets its arguments, so that the others' modules are not imported."""
    top = Parser(
        prog="lodeway-cli",
        description="Critical-mineral supply routes from the command line, offline.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"lodeway {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS.values():
        child = commands.add_parser(
            command.name,
            help=command.summary,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if command.name == chosen:
            command.add_arguments(child)
    return top


def run(argv: Sequence[str] | None) -> int:
    """Parse and do; never lets an exception out."""
    words = list(sys.argv[1:] if argv is None else argv)
    _utf8_output()
    try:
        chosen = next((word for word in words if not word.startswith("-")), None)
        arguments = parser(chosen).parse_args(words)
        status = COMMANDS[arguments.command].runner()(arguments)
        sys.stdout.flush()
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else DONE
    except LodewayError as error:
        _complain(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_output()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  (the last line of defence; the traceback goes to a file)
        _complain(_unexpected(error))
        return BAD_INPUT
    return status


def _complain(sentence: str) -> None:
    one_line = " ".join(sentence.split()).rstrip(".")
    print(f"{one_line}.", file=sys.stderr)


def _unexpected(error: Exception) -> str:
    """A sentence for an error that nobody foresaw; its traceback is kept where the sentence says."""
    brief = f"Lodeway failed in a way nobody foresaw ({type(error).__name__}: {error})"
    log = cache_dir() / "cli-error.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"lodeway {__version__}\n{traceback.format_exc()}", encoding="utf-8")
    except OSError:
        return f"{brief}; the details could not be kept, because {log.parent} cannot be written"
    return f"{brief}; please report it with the file {log}"


def _utf8_output() -> None:
    """Names of the world on any terminal: UTF-8 everywhere, and a sign that cannot be shown ends no command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _silence_output() -> None:
    """Keep the interpreter from complaining when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
