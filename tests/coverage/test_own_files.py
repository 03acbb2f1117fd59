"""A practice's own payer files: nothing is replaced, overlaps or is passed over without a word."""

import pytest

from needlepoint.coverage.check import check_folder

HEAD = 'id = "{id}"\npayer = "{payer}"\ntitle = "My plan"\nact = "{act}"\nfrom = {first}\n'
RULE = (
    '[[policy.rule]]\nid = "R"\nen = "at most five"\nneed = {{ sessions_most = {most} }}\n'
    'certainty = "seen"\nsource = ["the plan\'s manual"]\n'
)


def policy(id_="mine", payer="my_plan", act="injection", first="2025-01-01", more="", most=5) -> str:
    head = HEAD.format(id=id_, payer=payer, act=act, first=first)
    return f"[[policy]]\n{head}{more}{RULE.format(most=most)}"


def faults(folder, text: str, encoding: str = "utf-8") -> list[str]:
    (folder / "mine.toml").write_text(text, encoding=encoding)
    return [str(fault) for fault in check_folder(folder)[1]]


def test_an_empty_folder_is_a_fault(tmp_path):
    (tmp_path / "readme.txt").write_text("nothing here", encoding="utf-8")
    assert "no file that ends in .toml" in str(check_folder(tmp_path)[1][0])


def test_a_byte_order_mark_is_read(tmp_path):
    assert faults(tmp_path, policy(), "utf-8-sig") == []


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        (policy(), policy("other", first="2025-03-01"), True),
        (policy(), policy("other", act="any"), True),
        (policy(more="to = 2025-02-28\n"), policy("other", first="2025-03-01"), False),
        (policy(), policy("other", act="dry_needling"), False),
        (policy(), policy("other", payer="another_plan"), False),
    ],
)
def test_two_policies_that_answer_on_the_same_days_are_both_named(tmp_path, first, second, wrong):
    found = faults(tmp_path, first + second)
    assert bool(found) is wrong
    assert not wrong or ("mine" in found[0] and "other" in found[0])


def test_medicares_rules_are_never_replaced(tmp_path):
    (found,) = faults(tmp_path, policy(payer="medicare", most=99))
    assert "medicare has published rules already" in found


def test_another_payers_rules_are_replaced_only_by_intent(tmp_path):
    (found,) = faults(tmp_path, policy(payer="aetna"))
    assert "replaces" in found
