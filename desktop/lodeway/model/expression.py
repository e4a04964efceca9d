"""Expressions over the fields of a table: ``"status" = 'operating' and tonnes > 10000``. Nothing is ever executed.

Comparison ``= != <> < <= > >=``, ``like`` and ``ilike`` with ``%`` and ``_``, ``in (…)``, ``between a and b``, ``is
null``, ``is not null``, ``and``, ``or``, ``not``, ``+ - * / %``, and the functions of :data:`FUNCTIONS`. Names with
blanks stand in double quotes, words in single ones. A comparison with the unknown is never true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lodeway.errors import DataError
from lodeway.model.table import Column, as_floats, is_number, known

Mask = NDArray[np.bool_]
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<field>\"[^\"]*\")|(?P<words>'(?:[^']|'')*')"
    r"|(?P<sign><=|>=|<>|!=|[=<>+\-*/%(),])|(?P<name>[^\W\d]\w*))"
)
_LONGEST = 4_000
_DEEPEST = 60


class ExpressionError(DataError):
    """The expression cannot be read or does not fit the fields; one sentence."""


@dataclass(frozen=True)
class _Value:
    """A column of numbers (NaN = unknown), of words (object, ``None`` = unknown) or of truths with what is known."""

    values: NDArray[Any]
    kind: str
    there: Mask


def _numbers(values: NDArray[Any]) -> _Value:
    return _Value(values, "number", ~np.isnan(values))


def _words(values: NDArray[Any]) -> _Value:
    return _Value(values, "words", np.array([v is not None for v in values.tolist()], dtype=bool))


def _truths(values: Mask, there: Mask) -> _Value:
    return _Value(values & there, "truth", there)


FUNCTIONS: Mapping[str, tuple[str, Callable[[NDArray[Any]], NDArray[Any]], str]] = {
    "abs": ("number", np.abs, "number"),
    "round": ("number", np.round, "number"),
    "floor": ("number", np.floor, "number"),
    "ceil": ("number", np.ceil, "number"),
    "sqrt": ("number", lambda v: np.sqrt(np.where(v >= 0, v, np.nan)), "number"),
    "lower": ("words", lambda v: _each(v, str.lower), "words"),
    "upper": ("words", lambda v: _each(v, str.upper), "words"),
    "trim": ("words", lambda v: _each(v, str.strip), "words"),
    "length": ("words", lambda v: np.array([np.nan if x is None else len(x) for x in v.tolist()]), "number"),
}
"""Name to (what it takes, the function, what it gives)."""


def _each(values: NDArray[Any], change: Callable[[str], str]) -> NDArray[Any]:
    made = np.empty(len(values), dtype=object)
    made[:] = [None if value is None else change(value) for value in values.tolist()]
    return made


def select(expression: str, columns: Mapping[str, Column]) -> Mask:
    """(n,) rows for which the expression is true; raises :class:`ExpressionError`."""
    made = _Reader(expression, columns).read()
    if made.kind != "truth":
        raise ExpressionError("the expression gives a value, not yes or no; compare it with something")
    return made.values


def values(expression: str, columns: Mapping[str, Column]) -> NDArray[np.float64]:
    """(n,) numbers that the expression gives, NaN where unknown; raises :class:`ExpressionError`."""
    made = _Reader(expression, columns).read()
    if made.kind != "number":
        raise ExpressionError("the expression does not give a number")
    return np.asarray(made.values, dtype=np.float64)


class _Reader:
    """Reads by precedence climbing and computes on the way."""

    def __init__(self, text: str, columns: Mapping[str, Column]) -> None:
        if len(text) > _LONGEST:
            raise ExpressionError(f"the expression is longer than {_LONGEST:,} characters; shorten it")
        self._columns = columns
        self._count = len(next(iter(columns.values()))) if columns else 0
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        self._depth = 0
        place = 0
        text = text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.end() == place:
                raise ExpressionError(f"the expression cannot be read at “{text[place:].strip()[:20]}”")
            kind = str(found.lastgroup)
            self._tokens.append((kind, found.group(kind)))
            place = found.end()
        if not self._tokens:
            raise ExpressionError("the expression is empty; write one like tonnes > 1000")

    def read(self) -> _Value:
        made = self._either()
        if self._at < len(self._tokens):
            raise ExpressionError(f"the expression cannot be read from “{self._tokens[self._at][1][:20]}” on")
        return made

    def _next(self, *words: str) -> str:
        """Take the next token if it is one of these signs or words (small letters)."""
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind in ("sign", "name") and text.lower() in words:
                self._at += 1
                return text.lower()
        return ""

    def _need(self, word: str) -> None:
        if not self._next(word):
            raise ExpressionError(f"“{word}” is missing in the expression")

    def _either(self) -> _Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError("the expression is nested too deeply; split it")
        left = self._both()
        while self._next("or"):
            right = self._truth(self._both())
            self._truth(left)
            left = _truths(left.values | right.values, left.there | right.there)
        self._depth -= 1
        return left

    def _both(self) -> _Value:
        left = self._negated()
        while self._next("and"):
            right = self._truth(self._negated())
            self._truth(left)
            left = _truths(left.values & right.values, left.there & right.there)
        return left

    def _negated(self) -> _Value:
        count = 0
        while self._next("not"):
            count += 1
        made = self._compared()
        if count % 2:
            self._truth(made)
            return _truths(~made.values, made.there)
        return made

    @staticmethod
    def _truth(value: _Value) -> _Value:
        if value.kind != "truth":
            raise ExpressionError("“and”, “or” and “not” join comparisons like tonnes > 1000")
        return value

    def _compared(self) -> _Value:
        left = self._sum()
        sign = self._next("=", "!=", "<>", "<", "<=", ">", ">=")
        if sign:
            return self._compare(left, sign, self._sum())
        if self._next("is"):
            absent = not self._next("not")
            self._need("null")
            everywhere = np.ones(self._count, dtype=bool)
            return _truths(~left.there if absent else left.there, everywhere)
        negated = bool(self._next("not"))
        if self._next("in"):
            made = self._in(left)
        elif self._next("between"):
            low = self._sum()
            self._need("and")
            high = self._sum()
            one, two = self._compare(left, ">=", low), self._compare(left, "<=", high)
            made = _truths(one.values & two.values, one.there & two.there)
        elif word := self._next("like", "ilike"):
            made = self._like(left, self._sum(), word == "ilike")
        elif negated:
            raise ExpressionError("after “not” here comes in, like or between")
        else:
            return left
        return _truths(~made.values, made.there) if negated else made

    def _in(self, left: _Value) -> _Value:
        self._need("(")
        found = np.zeros(self._count, dtype=bool)
        while True:
            found |= self._compare(left, "=", self._sum()).values
            if not self._next(","):
                break
        self._need(")")
        return _truths(found, left.there)

    def _like(self, left: _Value, pattern: _Value, any_case: bool) -> _Value:
        if left.kind != "words" or pattern.kind != "words":
            raise ExpressionError("“like” compares words with a pattern in single quotes")
        whole = str(next((p for p in pattern.values.tolist() if p is not None), ""))
        parts = [".*" if c == "%" else "." if c == "_" else re.escape(c) for c in re.sub("%+", "%", whole)]
        form = re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if any_case else 0))
        hit = np.array([v is not None and form.fullmatch(v) is not None for v in left.values.tolist()], dtype=bool)
        return _truths(hit, left.there)

    def _compare(self, left: _Value, sign: str, right: _Value) -> _Value:
        there = left.there & right.there
        if left.kind != right.kind:
            raise ExpressionError("a number is compared with words; put words in single quotes and numbers in none")
        one, two = left.values, right.values
        if left.kind == "words":
            one, two = (np.array(["" if v is None else v for v in side.tolist()], dtype=np.dtypes.StringDType())
                        for side in (one, two))  # fmt: skip
        match sign:
            case "=":
                hit = one == two
            case "!=" | "<>":
                hit = one != two
            case "<":
                hit = one < two
            case "<=":
                hit = one <= two
            case ">":
                hit = one > two
            case _:
                hit = one >= two
        return _truths(np.asarray(hit, dtype=bool), there)

    def _sum(self) -> _Value:
        left = self._product()
        while sign := self._next("+", "-"):
            right = self._product()
            left = self._arithmetic(left, sign, right)
        return left

    def _product(self) -> _Value:
        left = self._signed()
        while sign := self._next("*", "/", "%"):
            left = self._arithmetic(left, sign, self._signed())
        return left

    def _signed(self) -> _Value:
        minus = 0
        while sign := self._next("-", "+"):
            minus += sign == "-"
        made = self._atom()
        if minus:
            if made.kind != "number":
                raise ExpressionError("a minus sign stands before a number")
            return _numbers(-made.values if minus % 2 else made.values)
        return made

    def _arithmetic(self, left: _Value, sign: str, right: _Value) -> _Value:
        if left.kind != "number" or right.kind != "number":
            raise ExpressionError(f"“{sign}” works on numbers")
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            match sign:
                case "+":
                    made = left.values + right.values
                case "-":
                    made = left.values - right.values
                case "*":
                    made = left.values * right.values
                case "/":
                    made = left.values / right.values
                case _:
                    made = np.mod(left.values, right.values)
        return _numbers(np.where(np.isfinite(made), made, np.nan))

    def _atom(self) -> _Value:
        if self._at >= len(self._tokens):
            raise ExpressionError("the expression ends too early")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return _numbers(np.full(self._count, float(text)))
        if kind == "words":
            made = np.empty(self._count, dtype=object)
            made[:] = text[1:-1].replace("''", "'")
            return _words(made)
        if kind == "sign":
            if text != "(":
                raise ExpressionError(f"a value is missing before “{text}”")
            inner = self._either()
            self._need(")")
            return inner
        if kind == "name" and text.lower() in FUNCTIONS and self._next("("):
            takes, function, gives = FUNCTIONS[text.lower()]
            inner = self._either()
            self._need(")")
            if inner.kind != takes:
                raise ExpressionError(f"{text.lower()}() takes {'a number' if takes == 'number' else 'words'}")
            result = function(inner.values)
            return _numbers(np.asarray(result, dtype=np.float64)) if gives == "number" else _words(result)
        if kind == "name" and text.lower() in ("true", "false"):
            everywhere = np.ones(self._count, dtype=bool)
            return _truths(everywhere & (text.lower() == "true"), everywhere)
        return self._field(text[1:-1] if kind == "field" else text)

    def _field(self, name: str) -> _Value:
        exact = self._columns.get(name)
        if exact is None:
            near = [key for key in self._columns if key.lower() == name.lower()]
            if len(near) != 1:
                listed = ", ".join(list(self._columns)[:8])
                raise ExpressionError(f"there is no field “{name[:40]}”; the fields are {listed}")
            exact = self._columns[near[0]]
        if exact.dtype == bool:
            return _truths(exact, np.ones(len(exact), dtype=bool))
        if is_number(exact):
            return _numbers(as_floats(exact))
        there = known(exact)
        made = np.empty(len(exact), dtype=object)
        made[:] = [str(value) if is_there else None for value, is_there in zip(exact.tolist(), there, strict=True)]
        return _words(made)
