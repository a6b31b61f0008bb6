"""Read the lines of a picture, the door to rapidocr. pixels -> lines with their boxes."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.formats.ocr import INSTALL, MAX_SIDE, TURNED_OFF
from rag.corpus.formats.ocr_layout import Recognized

if TYPE_CHECKING:
    from rag.corpus.formats.ocr import Pixels

_DETECTOR, _READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


def why_not(seconds: float) -> str:
    """Return a sentence on why OCR, which may take so long over a file, cannot be had; "" when it can."""
    if find_spec("rapidocr") is None:
        return INSTALL
    return "" if seconds else TURNED_OFF


class RapidRecognizer:
    """PP-OCRv6 small, on one core, one line at a time (six at once take a quarter longer and more memory).

    Its models are named by their paths: those that are not named are downloaded when their files are not as expected.
    """

    def __init__(self) -> None:
        import cv2
        import rapidocr

        cv2.setNumThreads(1)
        models = Path(rapidocr.__file__).parent / "models"
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.max_side_len": MAX_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.model_path": str(models / _DETECTOR),
                "Det.limit_type": "max",
                "Det.limit_side_len": MAX_SIDE,
                "Rec.model_path": str(models / _READER),
                "Rec.rec_batch_num": 1,
            }
        )
        logging.getLogger("RapidOCR").disabled = True

    def recognize(self, pixels: Pixels) -> list[Recognized]:
        """Return the lines of a picture with the boxes around their corners."""
        found = self._engine(pixels)
        if found.boxes is None or not found.txts:
            return []
        return [
            Recognized(text, *map(float, (*box.min(axis=0), *box.max(axis=0))))
            for text, box in zip(found.txts, found.boxes, strict=True)
        ]
