"""A PDF is searched as it is read: block by block in the order of its tags, and whatever else it says."""

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from qaf_lib.disclosure import scan_folder


def _dictionary(**entries):
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def write_pdf(path, *blocks, margin="OFFICIAL", title="A report", alt="A chart of the grades"):
    """A tagged page of blocks, each a tag and its lines; the first block is drawn last."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = _dictionary(
        Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica")
    )
    page[NameObject("/Resources")] = _dictionary(Font=_dictionary(F1=font))
    drawn, kids, height = [], ArrayObject(), 700
    for at, (tag, *lines) in enumerate(blocks):
        shown = "\n".join(
            f"BT /F1 12 Tf 1 0 0 1 50 {height - 40 * at - 15 * row} Tm ({line}) Tj ET"
            for row, line in enumerate(lines)
        )
        drawn.insert(0, f"/{tag} <</MCID {at}>> BDC\n{shown}\nEMC")
        entries = {"S": NameObject(f"/{tag}"), "K": NumberObject(at), "Pg": page.indirect_reference}
        kids.append(_dictionary(**entries))
    kids.append(_dictionary(S=NameObject("/Figure"), Alt=TextStringObject(alt)))
    content = StreamObject()
    content.set_data("\n".join([f"BT /F1 9 Tf 1 0 0 1 250 20 Tm ({margin}) Tj ET", *drawn]).encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    document = _dictionary(S=NameObject("/Document"), K=kids)
    writer.root_object[NameObject("/StructTreeRoot")] = _dictionary(K=document)
    writer.root_object[NameObject("/MarkInfo")] = _dictionary(Marked=BooleanObject(True))
    writer.add_metadata({"/Title": title})
    writer.write(path)


def found(tmp_path, *blocks, reference, **words):
    write_pdf(tmp_path / "page.pdf", *blocks, **words)
    return scan_folder(folder=tmp_path, references=[reference])


def test_a_name_across_two_lines_is_found_and_its_place_is_named(tmp_path):
    (leak,) = found(tmp_path, ("H1", "Grades"), ("P", "Seen by Ann", "Leeson in May"), reference="Ann Leeson")
    assert (leak.place, leak.kind) == ("page.pdf, page 1", "identifier")
    assert leak.words.startswith("Grades Seen by ▮▮▮ in May")


def test_a_word_broken_over_two_lines_is_one_and_two_numbers_are_two(tmp_path):
    assert found(tmp_path, ("TD", "FAM00ABCD", "EFG"), reference="FAM00ABCDEFG")
    assert found(tmp_path, ("P", "61 of 140", "625 more"), reference="140625") == []


def test_neighbouring_cells_are_not_read_as_one(tmp_path):
    assert found(tmp_path, ("TD", "140"), ("TD", "625"), reference="140-625") == []
    assert found(tmp_path, ("TD", "140 625"), reference="140-625")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ({"margin": "Ann Leeson"}, "page 1, outside its tags"),
        ({"title": "Ann Leeson"}, "beside its pages"),
        ({"alt": "Cases of Ann Leeson"}, "beside its pages"),
    ],
)
def test_margins_the_title_and_words_for_images_are_searched(tmp_path, words, place):
    (leak,) = found(tmp_path, ("P", "Grades"), reference="Ann Leeson", **words)
    assert leak.place == f"page.pdf, {place}"


def test_words_are_read_in_the_order_of_the_tags(tmp_path):
    (leak,) = found(
        tmp_path, ("H1", "Ann Leeson"), ("P", "is"), ("P", "last on the page"), reference="Ann Leeson"
    )
    assert leak.words == "▮▮▮ is last on the …"


def test_what_only_calls_itself_a_pdf_is_read_as_text(tmp_path):
    (tmp_path / "page.pdf").write_text("Seen by Ann Leeson", encoding="utf-8")
    (leak,) = scan_folder(folder=tmp_path, references=["Ann Leeson"])
    assert leak.place == "page.pdf, line 1"
