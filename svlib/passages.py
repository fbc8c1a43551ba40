"""Passages of documents that bear on a question, found by the words they share (BM25).

Finding is all it does: whether a passage shows anything is for a person to say, and no score is
made of it.
"""

from __future__ import annotations

import re

import pandas as pd

from svlib import project
from svlib.errors import Fault, InputError
from svlib.questions import LEVELS

_NEAREST = 3
_SHORTEST = 4  # words; less is a label, not a passage
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "each",
        "for",
        "from",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "not",
        "of",
        "on",
        "or",
        "other",
        "shall",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "would",
        "all",
        "council",
        "councils",
    ]
)


def words() -> pd.DataFrame:
    """One row a question: question_id, words (phrases its subject goes by in such documents, with
    semicolons between), of data/reference/question_words.csv. Raises InputError for a question
    without words or words without a question of the bank."""
    path = project.reference("question_words.csv")
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    if list(table.columns) != ["question_id", "words"] or (table["words"] == "").any():
        where = project.relative(path)
        raise InputError(
            Fault(where, "has other columns, or a question without words", "Put them back.")
        )
    return table


def find(paragraphs: pd.DataFrame, questions: pd.DataFrame, n: int = _NEAREST) -> pd.DataFrame:
    """One row a question and passage, best first: question_id, question, rank (1 to `n`), file,
    page, clause, heading, text. Passages that share no word with a question are not listed.

    `paragraphs` as `documents.table`, `questions` as `questions.load`. A question is asked in its
    own words, those of its levels and evidence, and those its subject goes by (`words`), which
    count twice. A passage is sought by its text and the heading above it. BM25 with k1 = 1.5 and
    b = 0.75 (Robertson and Zaragoza 2009), by the library bm25s.
    """
    import bm25s

    columns = ["question_id", "question", "rank", "file", "page", "clause", "heading", "text"]
    long_enough = [len(text.split()) >= _SHORTEST for text in paragraphs["text"]]
    corpus = paragraphs[pd.Series(long_enough, index=paragraphs.index, dtype=bool)]
    corpus = corpus.reset_index(drop=True)
    if not len(corpus):
        return pd.DataFrame(columns=columns)
    tokens = [
        _tokens(f"{row.heading} {row.text}") or ["-"] for row in corpus.itertuples()
    ]  # fmt: skip
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index(tokens, show_progress=False)
    known = {token for line in tokens for token in line}
    subjects = words().set_index("question_id")["words"].to_dict()
    rows = []
    for question in questions.to_dict("records"):
        asked = _query(question, subjects.get(question["id"], ""))
        asked = [token for token in asked if token in known]
        if asked:
            found, scores = index.retrieve([asked], k=min(n, len(corpus)), show_progress=False)
            for rank, (at, score) in enumerate(zip(found[0], scores[0], strict=True), start=1):
                if score > 0:
                    passage = corpus.iloc[int(at)].to_dict()
                    label = {"question_id": question["id"], "question": question["question"]}
                    rows.append(label | {"rank": rank} | passage)
    return pd.DataFrame(rows, columns=columns)


def _query(question: dict[str, str], subject: str) -> list[str]:
    own = " ".join(question[name] for name in ("question", *LEVELS[3:], "evidence"))
    return [*_tokens(own), *_tokens(subject) * 2]


def _tokens(text: str) -> list[str]:
    """Words in small letters without the plainest endings."""
    return [_stem(word) for word in re.findall(r"[a-z]+", text.casefold()) if word not in _STOP]


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ments", "ment", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
