"""The codes are the library's own, found sooner."""

import pytest
import qrcode

from tejido.engines.press.codes import matrix, qr


@pytest.mark.parametrize("length", [1, 17, 30, 44, 70, 120, 300])
def test_the_mask_is_the_one_that_the_library_finds(length: int) -> None:
    for seed in range(3):
        address = "https://" + "".join(
            "abcdefghij.-/2"[(place * (seed + 3) + place**2) % 14] for place in range(length)
        )
        code: qrcode.QRCode[object] = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(address)
        code.make()
        assert matrix(address) == code.get_matrix()


def test_a_code_is_drawn_with_white_around() -> None:
    drawn = qr("https://example.org/p/aaaaaaaa/es/")
    assert 'viewBox="0 0 37 37"' in drawn
    assert 'd="M4 4h1v1h-1z' in drawn
