"""A region's councils beside one another: what is pooled, what stands apart, and which files are refused."""

import re

import pytest

from qaf_lib.errors import InputError
from qaf_lib.exchange import FIGURES, signed
from qaf_lib.pages.region import sections
from qaf_lib.pages.region.answers import open_region
from qaf_lib.region import is_region, load_region
from qaf_lib.register.signature import public_key
from tests.figures import figures

TEN = [str(grade) for grade in range(1, 11)]


def secret_of(council):
    return council.encode().ljust(32, b"x")


@pytest.fixture
def region(tmp_path):
    """Writes councils' signed files and a region's parameters, and opens them; `missing` have no file."""

    def opened(*councils, missing=(), period="2025-26 Q2"):
        lines = ["region: Tiny region", f"period: {period}", "councils:"]
        for name in [*missing, *(council.council for council in councils)]:
            key = public_key(secret_of(name), "x")
            lines += [f"  - council: {name}", f"    file: {name}.json", f'    public_key: "{key}"']
        for council in councils:
            content = signed(council, secret=secret_of(council.council), folder="x")
            (tmp_path / f"{council.council}.json").write_bytes(content)
        path = tmp_path / "parameters" / "region.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return open_region(path)

    return opened


FOUR = [
    figures("Westshire", [5, 20, 30, 10]),
    figures("Aldershire", [0, 15, 40, 10]),
    figures("Midshire", [10, 30, 25, 0]),
    figures("Ten shire", [0, 0, 5, 5, 10, 15, 20, 10, 5, 0], grades=TEN, band=5),
]


def said(region, section):
    return repr(getattr(sections, section)(region))


def test_councils_that_count_the_same_are_pooled_by_name(region):
    opened = region(*FOUR)
    assert [group.councils for group in opened.alike] == [
        ["Aldershire", "Midshire", "Westshire"],
        ["Ten shire"],
    ]
    assert opened.alike[0].shown["row_key"].tolist() == ["Aldershire", "Midshire", "Westshire"]
    assert (opened.alike[0].shown["mark"] == "").all()


def test_the_order_of_files_changes_nothing(region):
    one, other = region(*FOUR), region(*FOUR[::-1])
    assert said(one, "side_by_side") == said(other, "side_by_side")


def test_another_scale_stands_apart_with_the_reason(region):
    told = said(region(*FOUR), "apart")
    assert "1 council stands apart" in told
    assert "it counts each child on 10 grades, and no other council here does" in told
    assert "Ten shire" not in said(region(*FOUR), "side_by_side")


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (figures("Oddshire", [5, 20, 30, 10], unit="family"), "it counts each family on 4 grades"),
        (figures("Oddshire", [5, 20, 30, 10], band=1), "and no other council here does"),
        (figures("Oddshire", [0, 0, 0, 0]), "its report for partners gives no share"),
        (figures("Oddshire", [5, 20, 30, 10], effect=1.3), "design effect 1.3"),
    ],
)
def test_what_does_not_mean_the_same_is_not_pooled(region, odd, why):
    opened = region(*FOUR[:3], odd)
    assert opened.alike[0].councils == ["Aldershire", "Midshire", "Westshire"]
    assert why in said(opened, "apart")


def test_a_design_effect_of_a_quarter_more_is_still_pooled(region):
    assert len(region(*FOUR[:3], figures("Oddshire", [5, 20, 30, 10], effect=1.25)).alike[0].councils) == 4


def test_two_councils_alike_are_not_pooled(region):
    opened = region(*FOUR[:2])
    assert not opened.alike[0].pooled
    assert "Fewer than three councils count the same" in said(opened, "side_by_side")
    assert "only one other council here does" in said(opened, "apart")


def test_differences_are_told_before_anything_is_compared(region):
    others = [council.model_copy(update={"moderation": "Everyone looks again."}) for council in FOUR[:1]]
    told = said(region(*others, *FOUR[1:]), "differences")
    assert "Grades: 2 different scales" in told
    assert "Second looks: 2 different rules" in told
    assert "Shares of others mean something else and stand apart" in told
    assert not re.search(r"[0-9]%", told)


def test_no_ranks_and_no_share_is_said_to_differ_by_chance(region):
    alike = [figures(name, [5, 20, 30, 10]) for name in ("A shire", "B shire", "C shire", "D shire")]
    told = said(region(*alike), "side_by_side")
    assert "No council can be told apart from that average" in told
    assert "In alphabetical order, not ranked" in told


def test_a_council_far_from_the_others_is_named(region):
    alike = [figures(f"{name} shire", [0, 10, 80, 10]) for name in "ABCDE"]
    told = said(region(*alike, figures("Farshire", [30, 50, 20, 0])), "side_by_side")
    assert "More than chance and rounding set Farshire below it" in told
    assert "ask before judging" in told


def test_a_council_whose_file_has_not_come_is_named(region):
    told = said(region(*FOUR, missing=["Lateshire"]), "cover")
    assert "No file of Lateshire is there: nothing on this page is about them." in told


def test_made_up_figures_say_so(region):
    assert "Synthetic data" not in said(region(*FOUR), "cover")
    made = [FOUR[0].model_copy(update={"synthetic": True}), *FOUR[1:]]
    assert "Synthetic data: nobody behind these figures exists." in said(region(*made), "cover")


def test_every_section_has_something_to_say(region):
    for section in ("cover", "differences", "side_by_side", "apart", "also", "method"):
        assert said(region(*FOUR), section)


def test_fewer_than_two_files_are_refused(region):
    with pytest.raises(InputError, match="1 of 2 councils' files are there, and two are needed"):
        region(FOUR[0], missing=["Lateshire"])


def test_a_file_of_another_period_is_refused(region):
    with pytest.raises(
        InputError, match="is of the period 2025-26 Q2, and the parameters ask for 2025-26 Q3"
    ):
        region(*FOUR, period="2025-26 Q3")


def test_a_file_of_another_council_is_refused(region, tmp_path):
    opened = region(*FOUR)
    other = signed(FOUR[1], secret=secret_of("Westshire"), folder="x")
    (tmp_path / "Westshire.json").write_bytes(other)
    with pytest.raises(
        InputError, match="is of the council Aldershire, and the parameters ask for Westshire"
    ):
        open_region(opened.parameters.path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("council: Aldershire", "council: Westshire", "councils name the council Westshire twice"),
        ("file: Aldershire.json", "file: Westshire.json", r"councils name the file Westshire\.json twice"),
        ("period: 2025-26 Q2", "period: spring", "period"),
        ("region: Tiny region", "region: Tiny region\naudience: shared", "audience is an unknown key"),
        ('public_key: "', 'public_key: "zz', "public_key"),
    ],
)
def test_parameters_of_a_region_that_break_a_rule_are_refused(region, old, new, said):
    path = region(*FOUR).parameters.path
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_region(path)


def test_a_folder_of_shared_editions_may_stand_for_a_file(region, tmp_path):
    opened = region(*FOUR)
    edition = tmp_path / "Westshire" / "edition-3"
    edition.mkdir(parents=True)
    (tmp_path / "Westshire.json").rename(edition / FIGURES)
    path = opened.parameters.path
    text = path.read_text(encoding="utf-8").replace("file: Westshire.json", "file: Westshire")
    path.write_text(text, encoding="utf-8")
    assert len(open_region(path).councils) == 4


def test_a_region_s_parameters_are_told_from_a_council_s(region, request):
    assert is_region(region(*FOUR).parameters.path)
    assert not is_region(request.config.rootpath / "parameters" / "ilacs.yml")
    assert not is_region("parameters/nowhere.yml")
