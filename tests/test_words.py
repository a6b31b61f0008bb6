"""Words, stems and numbers of a text."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.words import stem, stemmer

ENDINGS = ("ing", "ational", "iness", "ections", "ed", "ies", "ization", "fulness")
FORMS = [f"{start}{end}" for start in ("nation", "relat", "comput", "happ", "conn", "runn", "fli") for end in ENDINGS]


@pytest.mark.parametrize("rules", ["english", "porter"])
def test_threads_that_stem_at_once_get_the_same_stems(rules):
    alone = [stemmer(rules).stemWord(word) for word in FORMS]
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            several = list(threads.map(lambda _: [stemmer(rules).stemWord(word) for word in FORMS * 30], range(8)))
    finally:
        sys.setswitchinterval(often)
    assert all(found == alone * 30 for found in several)


def test_number_words_and_ordinals_are_digits():
    assert [stem(word) for word in ("fifth", "5th", "five", "agencies")] == ["5", "5", "5", "agenc"]
