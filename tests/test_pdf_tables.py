"""Tables of PDF files: rows seen by where their words stand, each a sentence that names its columns."""

from documents import pdf

from rag.corpus.formats.read_any import read_any


def drawn(*rows, left=72, top=700, step=14):
    """The page's code for some rows: their first cells at the left, others centred under each other or as (x, text)."""
    said = []
    for n, row in enumerate(rows):
        for column, cell in enumerate(row):
            x, text = cell if isinstance(cell, tuple) else (left + 180 * column, cell)
            said.append(f"BT /F1 11 Tf {x} {top - step * n} Td ({text}) Tj ET")
    return "\n".join(said) + "\n"


def read(*rows, **more):
    return read_any(pdf([], under=drawn(*rows, **more)), "a.pdf").text


def test_rows_are_sentences_under_the_names_of_their_columns():
    text = read(
        ("Prices for an hour",),
        ("Room", "Members", "Others"),
        ("Mill room", "14.00", "21.00"),
        ("Loft", "8.50", "12.00"),
        ("The shortest hire is two hours.",),
    )
    assert "\tRoom: Mill room; Members: 14.00; Others: 21.00.\n\tRoom: Loft; Members: 8.50; Others: 12.00." in text
    assert text.startswith("Prices for an hour")
    assert text.endswith("The shortest hire is two hours.")


def test_no_name_may_stand_over_the_first_column():
    text = read(((252, "Members"), (432, "Others")), ("Mill room", "14.00", "21.00"), ("Loft", "8.50", "12.00"))
    assert text == "\tMill room; Members: 14.00; Others: 21.00.\n\tLoft; Members: 8.50; Others: 12.00."


def test_rows_of_two_columns_without_names_stand_alone():
    text = read(("Balances",), ("Current account", "630.19"), ("Savings account", "1402.77"), ("Petty cash", "63.40"))
    assert text == "Balances\n\n\tCurrent account; 630.19.\n\tSavings account; 1402.77.\n\tPetty cash; 63.40."


def test_items_of_a_list_stay_what_they_are():
    text = read(
        ("1.", (100, "Close the sluice before the wheel.")), ("2.", (100, "Stop the wheel.")), ("3.", (100, "Ring."))
    )
    assert "\t" not in text
    assert "1. Close the sluice before the wheel." in text


def test_cells_out_of_line_are_no_table():
    text = read(("The mill", (300, "stands")), ("The wheel", (330, "turns")), ("The bell", (390, "rings")))
    assert "\t" not in text
