"""Find the lines of a text that are rows of tables. text, lines -> rows between bars or tabs, and rows in columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.columns import is_rule, tables_in
from rag.corpus.outline import Line, gap, indent

TABLE_ROW = re.compile(r"^\||\S(?: \| |\t+)\S")
RULE = re.compile(r"[\s|:+=-]+$")


def rows_of(text: str, lines: Sequence[Line], *, markdown: bool) -> frozenset[int]:
    """Return the lines that are rows of tables, in Markdown also without spaces around their bars ("a|b")."""
    found = {at for at, (_, _, line) in enumerate(lines) if TABLE_ROW.search(line)}
    in_table = False
    for at in range(1, len(lines) if markdown else 0):
        above, line = lines[at - 1], lines[at][2]
        near = "|" in line and "|" in above[2] and gap(text, above, lines[at]) == 1
        ruled = near and not in_table and bool(RULE.match(line))
        if ruled:
            found.add(at - 1)
        in_table = near and (in_table or ruled)
        if in_table:
            found.add(at)
    return frozenset(found)


def columns_of(text: str, lines: Sequence[Line], begins_anew: Callable[[str], bool]) -> dict[int, str | None]:
    """Return the lines of tables that only white space parts into columns, with what stands over it.

    That is the line that names the columns, "" where none does; None for a rule between rows. A table none of whose
    lines `begins_anew` in another way, as items of a list do.
    """
    found: dict[int, str | None] = {}
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and gap(text, lines[end - 1], lines[end]) == 1:
            end += 1
        if any("  " in line for _, _, line in lines[at:end]):
            group = [" " * indent(text, line) + line[2] for line in lines[at:end]]
            for table, head in tables_in(group):
                if not any(begins_anew(lines[at + n][2]) for n in table):
                    named = "" if head is None else lines[at + head][2]
                    found |= {at + n: None if is_rule(group[n]) else named for n in table}
        at = end
    return found
