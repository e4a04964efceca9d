"""The explicit table of commands: one module each with ``add_arguments(parser)`` and ``run(arguments) -> int``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


@dataclass(frozen=True, slots=True)
class Command:
    """One command; its module is imported only when the command is used, so that ``--help`` answers at once."""

    name: str
    summary: str

    @property
    def module(self) -> str:
        """Dotted name of the module that implements it."""
        return f"lodeway.cli.commands.{self.name.replace('-', '_')}"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Give ``parser`` the command's arguments and description."""
        import_module(self.module).add_arguments(parser)

    def runner(self) -> Callable[[argparse.Namespace], int]:
        """The function that does it and returns the exit status."""
        run: Callable[[argparse.Namespace], int] = import_module(self.module).run
        return run


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command("check", "examine the shipped data: counts, sources, balances, cuts, alignments, validity"),
        Command("layers", "list the shipped files, their layers, counts and licences"),
        Command("find", "search everything that has an id by id, name or code"),
        Command("show", "everything known of one thing, each value with its source"),
        Command("path", "the cheapest paths between two sites: km, days, USD/t, gates passed"),
        Command("solve", "where the metal goes under a scenario, and what changes against the baseline"),
        Command("explain", "why tonnes are missing: the smallest set of limits, and the cheapest relief"),
        Command("study", "N-1 and other studies of a scenario, on all cores or a Dask cluster"),
    )
}
