"""Read Jupyter notebooks. bytes -> Reading with the text and the code of each cell."""

from __future__ import annotations

import json

from rag.corpus.decode import Refusal, decode, normalise
from rag.corpus.formats.markdown_hidden import take_hidden
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.records import read_records


def read_notebook(raw: bytes, name: str) -> Reading:
    """Return a notebook's cells, code between fences; places are cells. What the code gave is left out, and told.

    A file that is named like one but holds other JSON is read as records.
    """
    try:
        found = json.loads(decode(raw))
        cells = [(str(cell["cell_type"]), "".join(cell["source"]), cell.get("outputs")) for cell in found["cells"]]
    except RecursionError as error:
        raise Refusal("The notebook is nested too deeply to be read.") from error
    except (ValueError, LookupError, TypeError, AttributeError):
        return read_records(raw, name)
    writer = TextWriter()
    for n, (kind, source, _) in enumerate(cells, 1):
        writer.place("cell", f"cell {n}")
        if kind == "code" and source.strip():
            writer.paragraph(f"```\n{source}\n```")
        elif kind != "code":
            text, hidden = take_hidden(normalise(source))
            writer.hide_all(hidden, f"cell {n}")
            writer.paragraph(text)
    writer.must_hold("The notebook is empty: there is no text to search.")
    n_outputs = sum(bool(outputs) for _, _, outputs in cells)
    told = f"Left out: what the code of {n_outputs:,} cells gave." if n_outputs else ""
    return writer.reading("", "application/x-ipynb+json", aside=told)
