"""The states of the page that are photographed: answers, where they come from, and the looks of the page."""

from camera import PHONE, WIDE

RESIDENTS = "How many residents does Gaza have?"
VISITS = "How many times has Blinken visited since the war began?"
BREAKFAST = "What did Blinken eat for breakfast?"
KEEPER = "Who keeps the keys of the boat house?"
DEPTH = "How deep is the new basin of the harbour?"
PRICE = "What does a ton of rye cost in Orbais?"
PREMISE = "Why did Blinken encourage Israel to launch a full offensive in Rafah?"
SEVERAL = "Who was sent to Lebanon and how many residents does Gaza have?"


def answers(camera):
    """Answers of every kind, and the documents they come from."""
    page = camera.open(WIDE)
    camera.keep(page, "page-start")
    camera.ask(page, RESIDENTS)
    camera.show_source(page)
    camera.keep(page, "page")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.hover(".fn-chip")
    page.wait_for_selector("#fn-card")
    camera.keep(page, "page-card")
    page.hover("#fn-box textarea")
    page.wait_for_selector("#fn-card", state="hidden")
    page.click(".fn-how summary")
    camera.keep(page, "page-how")
    camera.ask(page, VISITS)
    camera.keep(page, "page-disagreement")
    camera.ask(page, BREAKFAST)
    page.wait_for_selector(".fn-turn:last-child .fn-suggest button")
    camera.keep(page, "page-silence")
    page.click("[data-dialog=documents]")
    page.wait_for_selector(".fn-verdicts td")
    camera.keep(page, "page-documents")
    page.keyboard.press("Escape")
    page.click("[data-dialog=settings]")
    page.wait_for_selector("#fn-models input")
    camera.keep(page, "page-settings")


def more_answers(camera):
    """An answer that rests on several documents, and a question that takes for granted what is not so."""
    for name, question in (("page-several", SEVERAL), ("page-premise", PREMISE)):
        page = camera.open(WIDE)
        camera.ask(page, question)
        camera.keep(page, name)


def sources(camera):
    """The source beside the answer when it is a PDF, a mail, a row of a table."""
    from documents import eml, pdf

    papers = camera.folder / "harbour"
    papers.mkdir()
    lines = ["The new basin lies east of the old pier. It was dug in two winters."] * 3
    report = [(18, 740, "Report on the harbour"), *((11, 700 - 15 * n, line) for n, line in enumerate(lines))]
    report += [
        (11, 640, "The new basin of the harbour is 7.5 metres deep at low water."),
        (11, 625, "Sand is taken out each May."),
    ]
    (papers / "report.pdf").write_bytes(pdf(["Harbour works in the year 2024"], report, changed="D:20240518090000Z"))
    mail = eml("Dear Bert,\n\nOdile Marchal keeps the keys of the boat house until the ferry runs again.\n\nAda")
    (papers / "keys.eml").write_bytes(b"Date: Mon, 05 Feb 2024 10:00:00 +0000\n" + mail)
    (papers / "prices.csv").write_text(
        "Town,Grain,Price of a ton\nOrbais,Rye,212 euro\nOrbais,Oats,190 euro\nDormans,Rye,208 euro\n"
    )
    camera.library.add(papers)
    camera.library.sync()
    for name, question in (("page-pdf", DEPTH), ("page-mail", KEEPER), ("page-table", PRICE)):
        page = camera.open(WIDE)
        camera.ask(page, question)
        camera.show_source(page)
        if name == "page-pdf":
            page.wait_for_selector("#fn-page img")
        camera.keep(page, name)
    camera.library.remove(papers)
    camera.library.sync()


def evaluation(camera):
    """A run made from the page."""
    page = camera.open(WIDE)
    page.click("[data-dialog=evaluation]")
    page.fill("#fn-run [name=limit]", "24")
    page.click("#fn-run [type=submit]")
    page.wait_for_selector("#fn-report", timeout=400_000)
    page.click("#fn-report [type=submit]")
    camera.keep(page, "page-evaluation")


def looks(camera):
    """Dark, right to left, phone."""
    for name, viewport, chosen in (
        ("page-dark", WIDE, {"theme": "dark"}),
        ("page-right-to-left", WIDE, {"language": "he"}),
        ("page-phone", PHONE, {}),
    ):
        page = camera.open(viewport, **chosen)
        camera.ask(page, RESIDENTS)
        if viewport == WIDE:
            camera.show_source(page)
        camera.keep(page, name)
