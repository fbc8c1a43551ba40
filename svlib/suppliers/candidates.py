"""Which names of a register a printed name may mean: a few dozen out of millions.

A register's name is a candidate when it shares a rare word with the printed name (one or two
typing errors allowed), two common words that stand close together, all words but one, or the very
postcode.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from svlib.suppliers import spelling, words
from svlib.suppliers.register import Register
from svlib.suppliers.spelling import distinct, ranges

RARE = 400  # a word of up to so many names finds them by itself
_PAIR = 1_500  # two words found together in more names than this find none
_KEPT = 40  # candidates a printed name keeps
_MISSPELT = 0.8  # weight of a word that was read with one error
_TWICE = 0.6  # with two
_PARTED = 0.9  # of two words that are one in the register, or the other way round
_SELDOM = 50  # a word in no more names than these may be another misspelt
_NEIGHBOURS = 12  # readings of a name's words that are paired with each other
_READINGS = 3  # ways to part a word that are tried
_USUAL = 5_000_000  # names of a whole register: in a smaller one a word is rarer than it looks
_OUTCODE = 4  # letters and figures an outcode has at most
_NEAR = 0.5  # what the same postcode adds to the likeness a candidate is kept for
_BITS = 26


@dataclass(frozen=True)
class Units:
    """Readings of the words of printed names: one row a probe, position and register word."""

    probe: np.ndarray
    position: np.ndarray
    code: np.ndarray
    likeness: np.ndarray


@dataclass(frozen=True)
class Candidates:
    """One row a probe and register name that may be meant. `shared`, `of_probe` and `of_row` are
    the rarity, added up, of the words in both, in the printed and in the register's name."""

    probe: np.ndarray
    row: np.ndarray
    shared: np.ndarray
    of_probe: np.ndarray
    of_row: np.ndarray


def find(
    texts: pa.Array, register: Register, postcodes: pa.Array | None = None
) -> tuple[Candidates, Units, words.Cut]:
    """Candidates for each of the printed names, at most 40 a name, the likeliest first.

    `postcodes` are the names', in capitals without a blank, empty where not known.
    """
    cut = words.cut(pa.chunked_array([texts]), printed=True)
    units = _read(cut, register)
    found = (_by_rare_word, _by_two_words, _by_all_but_one)
    near = _by_postcode(postcodes, register) if postcodes is not None else np.zeros(0, np.int64)
    pairs = distinct(np.concatenate([*(way(units, register) for way in found), near]))
    return _weighed(pairs, near, units, cut, register), units, cut


def _read(cut: words.Cut, register: Register) -> Units:
    """Each word as the register spells it: as it stands, with one error, in two parts, or joined
    to the next one."""
    count = np.diff(cut.starts)
    probe = np.repeat(np.arange(len(count), dtype=np.int32), count)
    position = ranges(np.zeros(len(count), int), count).astype(np.int32)
    readings = _readings(cut.vocabulary, register)
    number = np.bincount(readings.word, minlength=len(cut.vocabulary))
    first = np.cumsum(number) - number
    each = number[cut.codes]
    of = ranges(first[cut.codes], each)
    joined_at, joined_code = _joined_words(cut, probe, register)
    at = np.concatenate([np.repeat(np.arange(len(probe)), each), joined_at, joined_at + 1])
    return Units(
        probe[at],
        position[at],
        np.concatenate([readings.code[of], joined_code, joined_code]),
        np.concatenate([readings.likeness[of], np.full(2 * len(joined_at), _PARTED)]),
    )


@dataclass(frozen=True)
class Readings:
    """One row a printed word and a word of the register it may be, sorted by `word`."""

    word: np.ndarray
    code: np.ndarray
    likeness: np.ndarray


def _readings(printed: pa.Array, register: Register) -> Readings:
    code = _codes(printed, register)
    seen = np.flatnonzero(code >= 0)
    frequency = np.where(code >= 0, register.frequency[np.maximum(code, 0)], 0)
    doubtful = np.flatnonzero(frequency <= _SELDOM)
    spelt, meant = _spellings(register)
    wanted, known = spelling.near(printed.take(pa.array(doubtful)), spelt)
    unread = np.setdiff1d(np.flatnonzero(code < 0), doubtful[wanted])
    far, of_far = spelling.nearby(printed.take(pa.array(unread)), spelt)
    parted, part = _parts(printed, np.flatnonzero(code < 0), register)
    found = [
        (seen, code[seen], 1.0),
        (doubtful[wanted], meant[known], _MISSPELT),
        (unread[far], meant[of_far], _TWICE),
        (parted, part, _PARTED),
    ]
    word = np.concatenate([words_ for words_, _, _ in found])
    order = np.argsort(word, kind="stable")
    likeness = np.concatenate([np.full(len(words_), like) for words_, _, like in found])
    codes = np.concatenate([codes_ for _, codes_, _ in found]).astype(np.int32)
    return Readings(word[order], codes[order], likeness[order])


def _spellings(register: Register) -> tuple[pa.Array, np.ndarray]:
    """The register's words, also as they are before they are abbreviated, and the code of each."""
    pairs = words.listed("short")
    code = _codes(pa.array(list(pairs.values()), pa.string()), register)
    whole = pa.array(list(pairs), pa.string()).filter(pa.array(code >= 0))
    known = np.arange(len(register.vocabulary), dtype=np.int32)
    text = pa.concat_arrays([register.vocabulary, whole])
    return text, np.concatenate([known, code[code >= 0]])


def _codes(printed: pa.Array, register: Register) -> np.ndarray:
    """Places in the register's vocabulary, -1 for words it lacks."""
    at = pc.index_in(printed, register.vocabulary)
    return pc.fill_null(at, -1).to_numpy().astype(np.int32)


def _parts(
    printed: pa.Array, unknown: np.ndarray, register: Register
) -> tuple[np.ndarray, np.ndarray]:
    """Unknown words that are two known ones run together: word and part, two rows a reading."""
    text = printed.take(pa.array(unknown)).to_pylist()
    cuts = [
        (word, name[:at], name[at:])
        for word, name in zip(unknown, text, strict=True)
        for at in range(2, len(name) - 1)
    ]
    if not cuts:
        return np.zeros(0, int), np.zeros(0, np.int32)
    of, left, right = zip(*cuts, strict=True)
    one = _codes(words.alike(pa.array(left, pa.string())), register)
    other = _codes(words.alike(pa.array(right, pa.string())), register)
    both = np.flatnonzero((one >= 0) & (other >= 0))
    weaker = np.minimum(register.frequency[one[both]], register.frequency[other[both]])
    whole = np.array(of)
    order = np.lexsort((-weaker, whole[both]))
    best = both[order][places_within(whole[both][order]) < _READINGS]
    return np.repeat(whole[best], 2), np.stack([one[best], other[best]], axis=1).ravel()


def _joined_words(
    cut: words.Cut, probe: np.ndarray, register: Register
) -> tuple[np.ndarray, np.ndarray]:
    """Where a word and the next are one word of the register, and which."""
    if len(probe) < 2:
        return np.zeros(0, int), np.zeros(0, np.int32)
    at = np.flatnonzero(probe[:-1] == probe[1:])
    printed = cut.printed
    left, right = printed.take(pa.array(at)), printed.take(pa.array(at + 1))
    code = _codes(words.alike(pc.binary_join_element_wise(left, right, "")), register)
    known = code >= 0
    return at[known], code[known]


def _by_key(keys: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order by key, and where each key's run begins and how long it is."""
    order = np.argsort(keys, kind="stable")
    number = np.bincount(keys, minlength=size)
    return order, np.cumsum(number) - number, number


def _by_rare_word(units: Units, register: Register) -> np.ndarray:
    rare = register.frequency[units.code] <= RARE
    wanted = np.zeros(len(register.vocabulary), bool)
    wanted[units.code[rare]] = True
    here = np.flatnonzero(wanted[register.codes])
    codes = register.codes[here]
    order, first, number = _by_key(codes, len(wanted))
    each = number[units.code[rare]]
    rows = register.rows[here[order]][ranges(first[units.code[rare]], each)]
    return _packed(np.repeat(units.probe[rare], each), rows)


def _packed(probe: np.ndarray, row: np.ndarray) -> np.ndarray:
    return distinct((probe.astype(np.int64) << 32) | row)


def _by_two_words(units: Units, register: Register) -> np.ndarray:
    """Names in which two common words of the printed name stand next to each other, or with one
    word between."""
    probe, key = _pairs_of_probes(units, register)
    wanted = distinct(key.copy())
    keys, rows = [], []
    for apart in (1, 2):
        one, other = register.codes[:-apart], register.codes[apart:]
        common = _flags(register, units)
        both = np.flatnonzero(common[one] & common[other])
        both = both[register.rows[both] == register.rows[both + apart]]
        found = _pair_key(one[both], other[both])
        asked = _isin(found, wanted)
        keys.append(found[asked])
        rows.append(register.rows[both[asked]])
    return _joined(probe, key, np.concatenate(keys), np.concatenate(rows), _PAIR)


def _flags(register: Register, units: Units) -> np.ndarray:
    common = np.zeros(len(register.vocabulary), bool)
    common[units.code] = True
    return common & (register.frequency > RARE)


def _pairs_of_probes(units: Units, register: Register) -> tuple[np.ndarray, np.ndarray]:
    common = np.flatnonzero((register.frequency[units.code] > RARE) & (units.position < 8))
    probes, keys = [], []
    for step in range(1, _NEIGHBOURS):
        one, other = common[:-step], common[step:]
        parted = (units.likeness[one] == _PARTED) & (units.likeness[other] == _PARTED)
        apart = (units.position[one] != units.position[other]) | parted
        same = (units.probe[one] == units.probe[other]) & apart
        one, other = one[same], other[same]
        probes.append(units.probe[one])
        keys.append(_pair_key(units.code[one], units.code[other]))
    return np.concatenate(probes), np.concatenate(keys)


def _pair_key(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    low, high = np.minimum(one, other), np.maximum(one, other)
    return (low.astype(np.uint64) << np.uint64(32)) | high.astype(np.uint64)


def _by_all_but_one(units: Units, register: Register) -> np.ndarray:
    """Names of the same words in any order, one misspelt or not, or of the same but for one."""
    worth = _worth(len(register.vocabulary))
    exact = units.likeness == 1
    probe, code = units.probe[exact], units.code[exact]
    whole = np.zeros(int(units.probe.max(initial=-1)) + 1, np.uint64)
    np.add.at(whole, probe, worth[code])
    without = whole[probe] - worth[code]
    read, instead = _one_misspelt(units, whole, worth)
    probes = np.concatenate([np.arange(len(whole), dtype=np.int32), probe, read])
    keys = np.concatenate([whole, without, instead])
    some = keys != 0
    probes, keys = probes[some], keys[some]
    names = np.add.reduceat(worth[register.codes], register.starts[:-1])
    rows = np.arange(len(names), dtype=np.int32)
    asked = _isin(names, distinct(keys.copy()))
    found = [_joined(probes, keys, names[asked], rows[asked], _PAIR)]
    less = names[register.rows] - worth[register.codes]
    sought = distinct(whole[whole != 0])
    asked = _isin(less, sought)
    here = np.arange(len(whole), dtype=np.int32)[whole != 0]
    found.append(_joined(here, whole[whole != 0], less[asked], register.rows[asked], _PAIR))
    return np.concatenate(found)


def _one_misspelt(
    units: Units, whole: np.ndarray, worth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probes and the sum of their words with one of them read as another word."""
    exact = np.flatnonzero(units.likeness == 1)
    other = np.flatnonzero(units.likeness < _PARTED)
    key = (units.probe.astype(np.int64) << 32) | units.position
    order = exact[np.argsort(key[exact])]
    found = np.minimum(np.searchsorted(key[order], key[other]), max(len(order) - 1, 0))
    gone = np.zeros(len(other), np.uint64)
    if len(order):
        stands = key[order[found]] == key[other]
        gone[stands] = worth[units.code[order[found[stands]]]]
    return units.probe[other], whole[units.probe[other]] - gone + worth[units.code[other]]


def _by_postcode(postcodes: pa.Array, register: Register) -> np.ndarray:
    """Names of companies at the very postcode, unless many share it."""
    whole = pc.greater(pc.binary_length(postcodes), _OUTCODE)
    probe = np.flatnonzero(whole.to_numpy(zero_copy_only=False)).astype(np.int32)
    asked = postcodes.take(pa.array(probe)).dictionary_encode()
    theirs = pc.replace_substring(register.companies["postcode"], " ", "")
    at = pc.index_in(theirs, asked.dictionary)
    rows = pc.indices_nonzero(pc.is_valid(at)).to_numpy().astype(np.int32)
    keys = pc.drop_null(at).to_numpy()
    return _joined(probe, asked.indices.to_numpy(), keys, rows, RARE)


def _worth(size: int) -> np.ndarray:
    """A fixed random number for each word, so that a set of words has a sum of its own."""
    return np.random.default_rng(20_26).integers(1, 2**63, size, dtype=np.uint64)


def _isin(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """np.isin for millions of keys and thousands wanted (sorted): a bitmap sorts most out."""
    shift = np.uint64(64 - _BITS)
    flags = np.zeros(1 << _BITS, bool)
    flags[_mixed(wanted) >> shift] = True
    maybe = np.flatnonzero(flags[_mixed(keys) >> shift])
    if not len(wanted) or not len(maybe):
        return maybe[:0]
    at = np.minimum(np.searchsorted(wanted, keys[maybe]), len(wanted) - 1)
    return maybe[wanted[at] == keys[maybe]]


def _mixed(keys: np.ndarray) -> np.ndarray:
    return keys * np.uint64(0x9E3779B97F4A7C15)


def _joined(
    probe: np.ndarray, key: np.ndarray, keys: np.ndarray, rows: np.ndarray, most: int
) -> np.ndarray:
    """Probes and register rows that have a key in common, keys of too many rows left out."""
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    first = np.searchsorted(keys, key, "left")
    number = np.searchsorted(keys, key, "right") - first
    number[number > most] = 0
    return _packed(np.repeat(probe, number), rows[ranges(first, number)])


def _weighed(
    pairs: np.ndarray, near: np.ndarray, units: Units, cut: words.Cut, register: Register
) -> Candidates:
    """The best candidates of each probe by the rarity of the words they share; those of the same
    postcode (`near`, among the sorted `pairs`) are worth more."""
    probe, row = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    size = max(len(register.names), _USUAL)
    rarity = np.log((size + 1) / (register.frequency + 1.0))
    unseen = np.log(size + 1.0)
    many = np.diff(register.starts)[row]
    pair = np.repeat(np.arange(len(row)), many)
    code = register.codes[ranges(register.starts[row], many)]
    weight = rarity[code]
    of_row = np.bincount(pair, weight, len(row))
    key = (units.probe.astype(np.int64) << 32) | units.code
    order = np.argsort(key, kind="stable")
    key, likeness = key[order], units.likeness[order]
    asked = (probe[pair].astype(np.int64) << 32) | code
    read = _isin(asked.view(np.uint64), key.view(np.uint64))
    like = np.zeros(len(asked))
    like[read] = likeness[np.searchsorted(key, asked[read])]
    shared = np.bincount(pair, weight * like, len(row))
    of_probe = _weight_of_probes(units, cut, rarity, unseen)[probe]
    rank = shared / (of_probe + of_row - shared + 1e-9)
    rank[np.searchsorted(pairs, near)] += _NEAR
    best = np.lexsort((row, -rank, probe))
    place = places_within(probe[best])
    best = best[place < _KEPT]
    return Candidates(probe[best], row[best], shared[best], of_probe[best], of_row[best])


def _weight_of_probes(
    units: Units, cut: words.Cut, rarity: np.ndarray, unseen: float
) -> np.ndarray:
    """Each printed name's words weighed by rarity; a word the register lacks is the rarest."""
    count = np.diff(cut.starts)
    start = cut.starts[:-1][units.probe] + units.position
    heaviest = np.full(len(cut.codes), 0.0)
    np.maximum.at(heaviest, start, rarity[units.code])
    heaviest[heaviest == 0] = unseen
    owner = np.repeat(np.arange(len(count)), count)
    return np.bincount(owner, heaviest, len(count))


def places_within(groups: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... within each run of equal values."""
    new = np.concatenate([[True], groups[1:] != groups[:-1]]) if len(groups) else np.zeros(0, bool)
    starts = np.flatnonzero(new)
    return np.arange(len(groups)) - np.repeat(starts, np.diff([*starts, len(groups)]))
