"""Taking out cargo that runs in a circle.

The hidden cost of a route can be below zero, and then a shipment to and fro over its marker pays in the program. Such a
circle delivers nothing; it is taken out of the answer, which leaves every balance as it was.
"""

from __future__ import annotations

import numpy as np

from lodeway.solve.arcs import FloatArray, IntArray
from lodeway.solve.problem import Problem

EPSILON_KT = 1e-9


def without_circles(problem: Problem, x: FloatArray) -> FloatArray:
    """The same flows with every circle of passing nodes emptied; ``x`` itself where there is none."""
    ship = problem.columns["ship"]
    low, high = problem.rows["pass"].start, problem.rows["pass"].stop
    tail, head = problem.leaves, problem.enters
    inner = (tail >= low) & (tail < high) & (head >= low) & (head < high)
    flow = x[ship]
    used = np.flatnonzero((flow > EPSILON_KT) & inner)
    used = _on_circles(used, tail, head, len(problem.row_upper))
    if not len(used):
        return x
    result = x.copy()
    flows = result[ship]
    leaving: dict[int, list[int]] = {}
    for column in used.tolist():
        leaving.setdefault(int(tail[column]), []).append(column)
    for start in sorted(leaving):
        while circle := _find(start, leaving, head, flows):
            amount = min(float(flows[c]) for c in circle)
            for column in circle:
                flows[column] -= amount
                if flows[column] <= EPSILON_KT:
                    flows[column] = 0.0
    return result


def _on_circles(used: IntArray, tail: IntArray, head: IntArray, count: int) -> IntArray:
    """Drop columns whose tail nothing enters or whose head nothing leaves, until circles and ways between are left."""
    while len(used):
        entered, left = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        entered[head[used]] = True
        left[tail[used]] = True
        kept = used[entered[tail[used]] & left[head[used]]]
        if len(kept) == len(used):
            return used
        used = kept
    return used


def _find(start: int, leaving: dict[int, list[int]], head: IntArray, flows: FloatArray) -> list[int]:
    """Columns of one circle that is reached from ``start``; empty where there is none."""
    path: list[int] = []
    place = {start: 0}
    tried: dict[int, int] = {}
    dead: set[int] = set()
    node = start
    while True:
        columns = leaving.get(node, [])
        k = tried.get(node, 0)
        while k < len(columns) and (flows[columns[k]] <= EPSILON_KT or int(head[columns[k]]) in dead):
            k += 1
        tried[node] = k + 1
        if k < len(columns):
            column = columns[k]
            following = int(head[column])
            path.append(column)
            if following in place:
                return path[place[following] :]
            place[following] = len(path)
            node = following
            continue
        dead.add(node)
        place.pop(node)
        if not path:
            return []
        last = path.pop()
        node = next(n for n, position in place.items() if position == len(path))
        tried[node] = leaving[node].index(last) + 1
