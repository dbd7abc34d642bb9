"""The bytes of the proof: vectors, the tree, canonical texts, and an even pick."""

import hashlib
import json
import tracemalloc
from collections import Counter
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luckychit.domain.fairness import rules
from luckychit.domain.fairness.lcd1 import hashes, legacy, sampler
from luckychit.domain.fairness.lcd1.canonical import (
    LARGEST_INTEGER,
    NotCanonical,
    canonical_text,
    read_canonical,
    read_strict,
    same,
)
from luckychit.domain.fairness.lcd1.chain import EntryType, next_line
from luckychit.domain.fairness.lcd1.merkle import inclusion_path, merkle_root, root_from_path
from luckychit.domain.fairness.lcd1.params import QUICKNET
from tests.helpers.bundles import PAGE, TV2, TV4, VECTORS, vector


class TestSharedVectors:
    @pytest.mark.parametrize("name", [TV2, TV4])
    def test_every_intermediate_value_is_reproduced(self, name):
        whole = json.loads((VECTORS / name).read_text())
        noted, params = whole["_debug"], whole["params"]
        assert canonical_text(params) == noted["params_cj"]
        ph = hashes.params_hash(params)
        assert ph.hex() == noted["params_hash"]
        leaves = [hashes.leaf(ph, i, ticket) for i, ticket in enumerate(whole["tickets"])]
        assert leaves[0].hex() == noted["leaf0"]
        assert hashes.sha256(bytes.fromhex("00" + noted["leaf0_data"])).hex() == noted["leaf0"]
        root = merkle_root(leaves)
        assert root.hex() == whole["root"]
        bound = hashes.lock_hash(ph, whole["n"], root)
        assert bound.hex() == noted["lock_hash"]
        beacon = whole["beacon"]
        signature = bytes.fromhex(beacon["signature"]) if beacon else None
        assert hashes.beacon_hash(signature).hex() == noted["B"]
        round_number = beacon["round"] if beacon else 0
        mixed = hashes.mixed_seed(bound, round_number, hashes.beacon_hash(signature))
        assert mixed == whole["result"]["client_seed"]
        last = None
        for line in whole["log"]:
            entry = read_canonical(line["entry"])
            last = next_line(
                last,
                draw_id=entry["draw_id"],
                entry_type=EntryType(entry["type"]),
                ts_ms=entry["ts"],
                body=entry["body"],
            )
            assert (last.entry, last.hash) == (line["entry"], line["hash"])

    def test_the_sampler_picks_as_written_for_many_sizes_with_rejections(self):
        whole = vector("sampler.json")
        rejected = 0
        for row in whole["rows"]:
            index, nonce, digest = sampler.next_pick(whole["S"], whole["K"], row["m"], row["start"])
            assert (index, nonce, digest) == (row["idx"], row["nonce"], row["hash"])
            assert nonce - row["start"] == row["rejected"]
            rejected += row["rejected"]
        assert rejected > 0

    def test_the_first_plans_arithmetic_is_reproduced(self):
        for row in vector("legacy.json"):
            digest = legacy.circle_hash(row["server_seed"], row["client_seed"], row["nonce"])
            assert digest == row["hash"]
            assert legacy.circle_index(digest, row["n"]) == row["index"]
            assert hashes.seed_hash(row["server_seed"]) == row["server_seed_hash"]
            position = legacy.daily_position(row["server_seed"], row["n"])
            assert position == row["daily_position_of_server_seed"]

    def test_the_last_step_of_a_new_draw_is_the_guides_own_verify_result(self):
        whole = vector(TV2)
        won = whole["result"]["winners"][0]
        digest = legacy.circle_hash(
            whole["server_seed"], whole["result"]["client_seed"], won["nonce"]
        )
        assert digest == won["hash"]
        assert legacy.circle_index(digest, whole["n"]) == won["idx"]


class TestEvenPick:
    def test_each_place_has_exactly_the_same_number_of_numbers(self):
        for span in range(1, 65):
            for remaining in range(1, span + 1):
                picked = Counter(
                    sampler.accepted_index(number, remaining, span) for number in range(span)
                )
                rejected = picked.pop(None, 0)
                assert rejected == span % remaining
                assert set(picked) == set(range(remaining))
                assert len(set(picked.values())) == 1

    def test_a_million_entries_cost_no_more_than_ten(self):
        tracemalloc.start()
        picks = sampler.draw("ab" * 32, "cd" * 32, 2**32 - 1, 3)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [pick.of for pick in picks] == [2**32 - 1, 2**32 - 2, 2**32 - 3]
        assert most < 100_000

    def test_a_byte_wide_range_rejects_its_incomplete_last_turn(self):
        assert [sampler.accepted_index(number, 10, 256) for number in (249, 250, 255)] == [
            9,
            None,
            None,
        ]

    def test_the_real_range_is_rejected_at_its_limit(self):
        assert sampler.accepted_index(2**32 - 1, 2**31 + 1) is None
        assert sampler.accepted_index(2**31, 2**31 + 1) == 2**31
        assert sampler.accepted_index(2**31 + 1, 2**31 + 1) is None
        assert sampler.accepted_index(2**32 - 1, 2**32) == 2**32 - 1

    def test_a_rejected_number_is_followed_by_the_next_nonce(self):
        seed, mix = "ab" * 32, "cd" * 32
        for start in range(40):
            index, nonce, _ = sampler.next_pick(seed, mix, 3, start, span=4)
            numbers = [
                hashlib.sha256(f"{seed}{mix}{at}".encode()).digest()[0] >> 6
                for at in range(start, nonce + 1)
            ]
            assert numbers[:-1] == [3] * (nonce - start)
            assert numbers[-1] == index < 3

    def test_several_winners_are_different_and_in_all_orders(self):
        orders = Counter(
            tuple(pick.position for pick in sampler.draw(f"{seed:064x}", "cd" * 32, 3, 3))
            for seed in range(600)
        )
        assert set(orders) == set(permutations(range(3)))
        assert min(orders.values()) > 60

    def test_a_nonce_is_never_used_twice_even_after_rejections(self):
        had_rejections = 0
        for seed in range(64):
            picks = sampler.draw(f"{seed:064x}", "cd" * 32, 3, 3, span=4)
            nonces = [pick.nonce for pick in picks]
            assert nonces == sorted(set(nonces))
            had_rejections += nonces[0] > 0
        assert had_rejections > 5

    @given(count=st.integers(0, 40), winners=st.integers(1, 50), seed=st.integers(0, 2**64))
    def test_it_picks_as_popping_from_a_list_does(self, count, winners, seed):
        remaining = list(range(count))
        picks = sampler.draw(f"{seed:064x}", "cd" * 32, count, winners)
        assert len(picks) == min(winners, count)
        for pick in picks:
            assert pick.of == len(remaining)
            assert remaining.pop(pick.idx) == pick.position
        for before, after in pairwise(picks):
            assert after.nonce > before.nonce


class TestTree:
    @given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
    def test_it_is_the_tree_of_the_recursive_definition(self, leaves):
        assert merkle_root(leaves) == PAGE.tree(leaves)

    def test_an_empty_list_has_the_hash_of_nothing(self):
        assert merkle_root([]) == hashlib.sha256(b"").digest()

    def test_three_leaves_split_after_the_second(self):
        a, b, c = (hashes.sha256(letter) for letter in (b"a", b"b", b"c"))
        left = hashes.sha256(b"\x01" + a + b)
        assert merkle_root([a, b, c]) == hashes.sha256(b"\x01" + left + c)


def _leaves(count):
    return [hashes.sha256(place.to_bytes(4, "big")) for place in range(count)]


class TestPath:
    @pytest.mark.parametrize("count", range(1, 41))
    def test_every_leaf_leads_to_the_root_by_its_own_path_only(self, count):
        leaves = _leaves(count)
        root = merkle_root(leaves)
        for index, leaf in enumerate(leaves):
            path = inclusion_path(leaves, index)
            assert root_from_path(leaf, index, count, path) == root
            _refuses_everything_else(leaf, index, count, path, root)

    @given(count=st.integers(41, 3000), data=st.data())
    @settings(max_examples=25, deadline=None)
    def test_large_lists_too(self, count, data):
        index = data.draw(st.integers(0, count - 1))
        leaves = _leaves(count)
        root, path = merkle_root(leaves), inclusion_path(leaves, index)
        assert root_from_path(leaves[index], index, count, path) == root
        _refuses_everything_else(leaves[index], index, count, path, root)

    @given(count=st.integers(1, 200), bits=st.integers(0, 5), data=st.data())
    @settings(max_examples=100, deadline=None)
    def test_a_path_is_that_of_the_block_and_that_among_the_blocks(self, count, bits, data):
        index, size = data.draw(st.integers(0, count - 1)), 2**bits
        leaves = _leaves(count)
        blocks = [leaves[start : start + size] for start in range(0, count, size)]
        inside = inclusion_path(blocks[index // size], index % size)
        among = inclusion_path([merkle_root(block) for block in blocks], index // size)
        assert inside + among == inclusion_path(leaves, index)

    def test_seven_leaves_as_the_standard_draws_them(self):
        d = _leaves(7)
        g, h, i = (merkle_root(d[start : start + 2]) for start in (0, 2, 4))
        k, level = merkle_root(d[:4]), merkle_root(d[4:])
        assert inclusion_path(d, 0) == [d[1], h, level]
        assert inclusion_path(d, 3) == [d[2], g, level]
        assert inclusion_path(d, 4) == [d[5], d[6], k]
        assert inclusion_path(d, 6) == [i, k]

    @pytest.mark.parametrize(("index", "count"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
    def test_a_place_outside_the_list_has_none(self, index, count):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_path(_leaves(count), index)
        with pytest.raises(ValueError, match="no leaf"):
            root_from_path(hashes.ZERO, index, count, [])


def _led_to(leaf, index, count, path):
    try:
        return root_from_path(leaf, index, count, path)
    except ValueError:
        return None


def _refuses_everything_else(leaf, index, count, path, root):
    other = hashes.sha256(leaf)
    wrong = [(other, index, count, path), (leaf, index, count, [*path, other])]
    wrong += [(leaf, place, count, path) for place in range(-1, min(count, 64) + 2)]
    # A list of another length can have the same path for a place, and then the same
    # root; that is why LOCK binds the count beside the root.
    wrong += [(leaf, index, index, path), (leaf, index, 2 * count, path)]
    for place in range(len(path)):
        wrong.append((leaf, index, count, path[:place] + path[place + 1 :]))
        wrong.append((leaf, index, count, [*path[:place], other, *path[place + 1 :]]))
        if place:
            swapped = [*path[: place - 1], path[place], path[place - 1], *path[place + 1 :]]
            wrong.append((leaf, index, count, swapped))
    wrong = [attempt for attempt in wrong if attempt != (leaf, index, count, path)]
    assert root not in [_led_to(*attempt) for attempt in wrong]


PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | PLAIN,
    lambda inner: st.lists(inner) | st.dictionaries(PLAIN, inner),
    max_leaves=20,
)


class TestCanonicalText:
    @given(VALUES)
    def test_it_reads_back_and_both_writers_agree(self, value):
        text = canonical_text(value)
        assert read_canonical(text) == value
        assert read_strict(text) == value
        assert PAGE.cj(value) == text

    @pytest.mark.parametrize(
        "value",
        [1.0, 2**53, -(2**53), "é", 'a"b', "a\\b", "\n", "\x7f", {"é": 1}, {1: 2}, (1,), b"x"],
    )
    def test_it_refuses_what_has_no_single_text(self, value):
        with pytest.raises(NotCanonical):
            canonical_text([value])

    @pytest.mark.parametrize(
        "text", ['{"b":1,"a":2}', "[1, 2]", '{"a":1,"a":1}', "1.0", "-0", "1e1", '"\\u0041"', "x"]
    )
    def test_it_refuses_another_text_of_the_same_value(self, text):
        with pytest.raises(NotCanonical):
            read_canonical(text)

    @pytest.mark.parametrize("text", ["1.5", "NaN", "1e3", str(2**53), '{"a":1,"a":2}', "9" * 5000])
    def test_strict_reading_refuses_what_reads_in_two_ways(self, text):
        with pytest.raises(NotCanonical):
            read_strict(text)

    def test_it_refuses_what_is_nested_too_deeply_instead_of_crashing(self):
        deep = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(NotCanonical):
            canonical_text(deep)

    def test_one_and_true_are_not_the_same(self):
        assert same(1, 1)
        assert not same(1, True)
        assert not same(1, 1.0)


class TestSmallRules:
    def test_rounds_are_born_when_the_network_says(self):
        assert QUICKNET.round_at(1_776_643_200_000) == 27_946_612
        assert QUICKNET.born_ms(657_413) == 1_694_775_603_000
        for ms in range(1_694_775_599_000, 1_694_775_607_000, 250):
            number = QUICKNET.round_at(ms)
            assert QUICKNET.born_ms(number - 1) < ms <= QUICKNET.born_ms(number)
        assert QUICKNET.round_at(0) == 1

    @given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10_000))
    def test_prize_and_fee_are_the_whole_pot(self, count, price_minor, fee_bps):
        prize = rules.prize_minor(count=count, price_minor=price_minor, fee_bps=fee_bps)
        pot = count * price_minor
        assert 0 <= prize <= pot
        assert prize * 10_000 <= pot * (10_000 - fee_bps) < (prize + 1) * 10_000

    @pytest.mark.parametrize("phrase", ["a", "~!{}lucky;7", " ", "x" * 64])
    def test_phrases_that_fit(self, phrase):
        assert rules.is_client_seed(phrase)

    @pytest.mark.parametrize("phrase", ["", "x" * 65, 'a"', "a\\", "é", "a\n", None, 5])
    def test_phrases_that_do_not(self, phrase):
        assert not rules.is_client_seed(phrase)

    def test_a_phrase_of_chance_fits(self):
        made = {rules.new_client_seed() for _ in range(20)}
        assert len(made) == 20
        assert all(rules.is_client_seed(phrase) for phrase in made)

    def test_the_seal_is_the_plans_ticket_hash(self):
        sealed = hashes.seal(
            ticket_id="T-1", draw_id="D", user_id="U", position=1, issued_ms=5, secret="s"
        )
        assert sealed == hashlib.sha256(b"T-1|D|U|1|5|s").hexdigest()
