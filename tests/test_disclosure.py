"""Anonymous answers: no published figure, nor any difference of them, speaks of fewer than five."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svlib import diagnostic, questions

PEOPLE = st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 12), max_size=7)


def answers(people: dict[str, int], answer: str = "3") -> pd.DataFrame:
    bank = questions.load()
    ids = bank.loc[bank["short_form"] == "yes", "id"]
    rows, respondent = [], 0
    for directorate, many in people.items():
        for _ in range(many):
            respondent += 1
            rows += [(respondent, directorate, name, answer, "short") for name in ids]
    columns = ["respondent", "directorate", "question_id", "answer", "length"]
    return pd.DataFrame(rows, columns=columns)


def test_large_groups_stand_alone_and_small_ones_together():
    assert diagnostic.groups({"A": 9, "B": 3, "C": 2, "D": 5}) == {
        "A": ["A"], "D": ["D"], "Other directorates together": ["B", "C"],
    }  # fmt: skip


def test_one_small_group_takes_the_smallest_of_the_others_along():
    """Else its three people follow from everyone less the groups shown."""
    assert diagnostic.groups({"A": 11, "B": 9, "C": 3, "D": 7, "E": 9}) == {
        "A": ["A"], "B": ["B"], "E": ["E"], "Other directorates together": ["C", "D"],
    }  # fmt: skip


def test_two_small_groups_of_fewer_than_five_take_one_along():
    assert diagnostic.groups({"A": 8, "B": 6, "C": 2, "D": 2}) == {
        "A": ["A"], "Other directorates together": ["B", "C", "D"],
    }  # fmt: skip


def test_with_one_large_and_one_small_group_only_everyone_is_shown():
    assert diagnostic.groups({"A": 8, "B": 1}) == {}
    shown = diagnostic.by_group(answers({"A": 8, "B": 1}), questions.load())
    assert shown["group"].tolist() == ["Everyone"]


def test_nothing_is_shown_of_fewer_than_five():
    few = answers({"A": 2, "B": 2})
    assert diagnostic.by_group(few, questions.load()).empty
    assert diagnostic.by_question(few, questions.load()).empty


@given(PEOPLE)
def test_every_sum_and_difference_of_what_is_shown_is_of_five_or_more_or_nobody(people):
    """Groups are disjoint, so the people a reader can single out by adding and taking away are
    unions of groups, and everyone less such a union."""
    found = diagnostic.groups(people)
    members = [name for group in found.values() for name in group]
    assert len(members) == len(set(members))
    everyone = sum(people.values())
    sizes = [sum(people[name] for name in group) for group in found.values()]
    for many in range(len(sizes) + 1):
        for chosen in combinations(sizes, many):
            for singled_out in (sum(chosen), everyone - sum(chosen)):
                assert singled_out == 0 or singled_out >= 5 or everyone < 5
    for name, group in found.items():
        assert len(group) >= 2 or people[group[0]] >= 5, name


@given(PEOPLE)
def test_no_directorate_below_five_is_named(people):
    shown = diagnostic.by_group(answers(people), questions.load())
    assert not {name for name, many in people.items() if many < 5} & set(shown["group"])


def test_scores_are_means_over_people_to_the_nearest_five_and_people_in_fives():
    table = pd.concat([answers({"A": 6}, "4"), answers({"B": 5}, "1").assign(
        respondent=lambda rows: rows["respondent"] + 100)])  # fmt: skip
    shown = diagnostic.by_group(table, questions.load())
    assert shown.to_dict("records") == [
        {"group": "A", "directorates": 1, "people": "5 to 9", "score": 80.0},
        {"group": "B", "directorates": 1, "people": "5 to 9", "score": 20.0},
        {"group": "Everyone", "directorates": 2, "people": "10 to 14", "score": 55.0},
    ]


def test_a_long_form_weighs_no_more_than_a_short_one():
    """Else the one person who answered everything could be read off the group's score."""
    bank = questions.load()
    rows = [(99, "A", name, "5", "full") for name in bank["id"]]
    long = pd.DataFrame(rows, columns=["respondent", "directorate", "question_id", "answer",
                                       "length"])  # fmt: skip
    shown = diagnostic.by_group(pd.concat([answers({"A": 4}, "0"), long]), bank)
    assert shown["score"].tolist() == [20.0, 20.0]


@pytest.mark.parametrize(("answer", "score", "level"), [("0", 5.0, 0.5), ("5", 95.0, 4.5)])
def test_a_group_of_one_mind_does_not_give_each_answer_away(answer, score, level):
    table = answers({"A": 6}, answer)
    assert diagnostic.by_group(table, questions.load())["score"].tolist() == [score, score]
    assert set(diagnostic.by_question(table, questions.load())["level"]) == {level}


def test_five_people_who_answered_less_than_half_are_not_shown():
    """Else a group's score could be that of the one who answered everything."""
    table = answers({"A": 5})
    asked = table["question_id"].iloc[0]
    shown = table[(table["respondent"] == 1) | (table["question_id"] == asked)]
    assert diagnostic.by_group(shown, questions.load()).empty
    assert diagnostic.by_question(shown, questions.load()).empty


def test_who_gave_no_level_is_counted_nowhere():
    """Else a group of five shown could rest on the answers of one."""
    table = answers({"A": 6})
    silent = table["respondent"] > 2
    table.loc[silent, "answer"] = "don't know"
    assert diagnostic.by_group(table, questions.load()).empty
    assert diagnostic.by_question(table, questions.load()).empty


def test_questions_are_shown_over_everyone_in_the_order_of_the_bank():
    bank = questions.load()
    shown = diagnostic.by_question(answers({"A": 3, "B": 4}), bank)
    assert shown["question_id"].tolist() == bank.loc[bank["short_form"] == "yes", "id"].tolist()
    assert set(shown["level"]) == {3.0}
    assert set(shown["people"]) == {"5 to 9"}
