"""Fingerprints for people: an id as words that can be read out on the telephone.

Syllables, not a dictionary: they can be spoken in most languages and offend in few.
"""

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aeiou"


def fingerprint(digest: bytes, words: int = 4) -> str:
    """`words` words of two syllables, each standing for 12 bits and a little more, from the first bytes of an id."""
    number = int.from_bytes(digest[:16], "big")
    return "-".join(_word((number >> (13 * place)) & 0x1FFF) for place in range(words))


def _word(bits: int) -> str:
    syllables = len(CONSONANTS) * len(VOWELS)
    first, second = divmod(bits, syllables)
    return _syllable(first % syllables) + _syllable(second) + CONSONANTS[(first // syllables) % len(CONSONANTS)]


def _syllable(number: int) -> str:
    consonant, vowel = divmod(number, len(VOWELS))
    return CONSONANTS[consonant] + VOWELS[vowel]
