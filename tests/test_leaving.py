import asyncio
import threading
import time

from ui.leaving import pumped


def test_an_answer_cut_off_while_its_next_line_is_made_is_closed_after_that_line():
    began, closed, stop = threading.Event(), threading.Event(), threading.Event()

    def lines():
        try:
            began.set()
            time.sleep(0.3)
            yield "a line"
        finally:
            closed.set()

    async def server():
        """Ends as a server does that is told to stop: every task is cancelled, that of the line too."""
        asking = asyncio.ensure_future(anext(pumped(lines(), stop)))
        await asyncio.to_thread(began.wait)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        assert asking
        await asyncio.to_thread(closed.wait, 5)

    asyncio.run(server())
    assert closed.is_set()
    assert stop.is_set()
