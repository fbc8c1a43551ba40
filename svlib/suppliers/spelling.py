"""Words one typing error apart: a letter more, a letter less, another letter, two changed over."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LONGEST = 24  # letters compared; longer words are compared by these
_SHORTEST = 4  # in shorter words one letter makes another word
_LONG = 7  # letters of a word in which two errors may be
_BITS = 24
_BASE = np.uint64(0x9E3779B97F4A7C15)


def near(wanted: pa.Array, known: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (place in `wanted`, place in `known`) of words at most one error apart, equal ones
    left out. Words are ASCII; those under four letters or with a digit are not compared."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    left, right = _shortened(wanted), _shortened(known)
    of_left, of_right = _meeting(left, right)
    if not len(of_left):
        return of_left, of_right
    ours, theirs = wanted.take(of_left).to_pylist(), known.take(of_right).to_pylist()
    apart = cpdist(ours, theirs, scorer=OSA.distance, score_cutoff=1)
    one = apart == 1
    return of_left[one], of_right[one]


def nearby(wanted: pa.Array, known: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """As `near`, for words of seven letters or more two errors apart that begin alike."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    ours, theirs = _by_beginning(wanted), _by_beginning(known)
    left, right = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for beginning, (places, texts) in ours.items():
        others, known_texts = theirs.get(beginning, (None, []))
        if others is None:
            continue
        apart = cdist(texts, known_texts, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8,
                      workers=2)  # fmt: skip
        one, other = np.nonzero(apart == 2)
        left.append(places[one])
        right.append(others[other])
    return np.concatenate(left), np.concatenate(right)


def _by_beginning(words: pa.Array) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Long words by their first letter: places and texts."""
    long = pc.and_(
        pc.greater_equal(pc.utf8_length(words), _LONG),
        pc.invert(pc.match_substring_regex(words, "[0-9]")),
    )
    places = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    texts = words.take(pa.array(places))
    first = pc.utf8_slice_codeunits(texts, 0, 1).dictionary_encode()
    letters = first.indices.to_numpy()
    return {
        letter: (places[letters == n], texts.filter(pa.array(letters == n)).to_pylist())
        for n, letter in enumerate(first.dictionary.to_pylist())
    }


def _shortened(words: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of each word and of the word without each of its letters, with the word's place."""
    long = pc.greater_equal(pc.utf8_length(words), _SHORTEST)
    plain = pc.and_(long, pc.invert(pc.match_substring_regex(words, "[0-9]")))
    places = np.flatnonzero(plain.to_numpy(zero_copy_only=False)).astype(np.int32)
    letters = _letters(words.take(pa.array(places)))
    lengths = (letters > 0).sum(axis=1)
    power = _BASE ** np.arange(_LONGEST, dtype=np.uint64)
    terms = letters * power
    ahead = np.concatenate([np.zeros((len(letters), 1), np.uint64), terms.cumsum(axis=1)], axis=1)
    whole = ahead[:, -1]
    inverse = np.uint64(pow(int(_BASE), -1, 2**64))
    hashes, owners = [whole], [places]
    for gone in range(_LONGEST):
        here = np.flatnonzero(lengths > gone)
        if not len(here):
            break
        after = (whole[here] - ahead[here, gone + 1]) * inverse
        hashes.append(ahead[here, gone] + after)
        owners.append(places[here])
    return np.concatenate(hashes), np.concatenate(owners)


def _letters(words: pa.Array) -> np.ndarray:
    """One row a word, one column a letter, zero after the last."""
    words = pa.concat_arrays([words]).cast(pa.string())
    if not len(words):
        return np.zeros((0, _LONGEST), np.uint64)
    offsets = np.frombuffer(words.buffers()[1], np.int32, len(words) + 1)
    data = np.frombuffer(words.buffers()[2], np.uint8)
    at = offsets[:-1, None] + np.arange(_LONGEST)
    inside = at < offsets[1:, None]
    return np.where(inside, data[np.minimum(at, len(data) - 1)], 0).astype(np.uint64)


def _meeting(
    left: tuple[np.ndarray, np.ndarray], right: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Distinct pairs of owners that share a hash."""
    keys, owners = right
    flags = np.zeros(1 << _BITS, bool)
    flags[left[0] >> np.uint64(64 - _BITS)] = True
    maybe = flags[keys >> np.uint64(64 - _BITS)]
    keys, owners = keys[maybe], owners[maybe]
    order = np.argsort(keys)
    keys, owners = keys[order], owners[order]
    first = np.searchsorted(keys, left[0], "left")
    count = np.searchsorted(keys, left[0], "right") - first
    of_left = np.repeat(left[1], count)
    of_right = owners[ranges(first, count)]
    pairs = distinct((of_left.astype(np.int64) << 32) | of_right)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def ranges(first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The numbers first[i], first[i] + 1, ... of each run of count[i], one after another."""
    total = int(count.sum())
    ends = np.cumsum(count)
    return np.repeat(first - (ends - count), count) + np.arange(total)


def distinct(keys: np.ndarray) -> np.ndarray:
    """The keys sorted, each once. Sorts in place: np.unique takes many times as long here."""
    keys.sort()
    new = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return keys[new]
