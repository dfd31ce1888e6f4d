"""What a key makes of references: names that reveal nothing, and numbers for ever."""

from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.register import demonstration_key, key_fingerprint, permanent_random_number, pseudonym

KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS)
def test_a_fingerprint_is_no_part_of_its_key_and_no_pseudonym(key):
    fingerprint = key_fingerprint(key)
    assert len(fingerprint) == 16
    assert fingerprint not in key.hex()
    assert not pseudonym(key=key, kind="case", reference="fingerprint").endswith(fingerprint)


@given(st.sets(KEYS, min_size=2, max_size=5))
def test_other_keys_have_other_fingerprints_pseudonyms_and_numbers(keys):
    assert len({key_fingerprint(key) for key in keys}) == len(keys)
    assert len({pseudonym(key=key, kind="case", reference="0071000") for key in keys}) == len(keys)
    numbers = {permanent_random_number(key=key, purpose="draw", identity="case-1") for key in keys}
    assert len(numbers) == len(keys)


def test_each_seed_has_its_published_key():
    assert demonstration_key(1) == demonstration_key(1) != demonstration_key(2)
