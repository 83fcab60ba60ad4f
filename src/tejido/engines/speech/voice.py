"""Changes how a voice sounds: harder to recognise by ear, and no more than that.

Two ways, both over linear prediction (order 20, frames of 20 ms every 10 ms, at 16 kHz):

- *McAdams* (Patino et al. 2021, baseline B2 of the VoicePrivacy challenges): the angles of the prediction's poles, which are
  the resonances of somebody's throat, are raised to a random power. Pitch and melody stay. Whoever knows the method tries
  the inverse powers.
- *Vocoder*: the resonances are moved as well, and the voice's own excitation, with its pitch, melody and roughness, is
  thrown away for an even hum and hiss that a random generator makes. What is not there cannot be computed back.

The parameters are drawn anew for each recording and stored nowhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]
    Floats = npt.NDArray[np.float64]

RATE = 16_000
FRAME, HOP = 320, 160
ORDER = 20
BATCH = 3000  # frames at a time: half a minute, 30 MB
MCADAMS, VOCODER = "mcadams", "vocoder"
METHODS = (MCADAMS, VOCODER)
ALPHA = (0.7, 0.9)  # the challenge goes down to .5; below .7 our recogniser, and so perhaps people, hear no words
PITCH = (95.0, 190.0)
LOWEST, HIGHEST = 60.0, 400.0
VOICED = 0.45
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Secret:
    """What was drawn for one recording: the power of the poles' angles, the new pitch in Hz, a seed."""

    alpha: float
    pitch: float
    seed: int


def drawn(rng: "random.Random") -> Secret:
    """A secret for one recording."""
    return Secret(rng.uniform(*ALPHA), rng.uniform(*PITCH), rng.getrandbits(64))


def disguised(sound: "Samples", method: str, secret: Secret) -> "Samples":
    """16 kHz mono samples in another voice, as loud as before and as long."""
    import numpy as np

    if not len(sound):
        return sound
    changed = warped(sound, secret.alpha) if method == MCADAMS else vocoded(sound, secret)
    level = np.sqrt(np.mean(sound.astype(np.float64) ** 2) / (np.mean(changed**2) + LEAST))
    return np.asarray(np.clip(changed * level, -0.99, 0.99), np.float32)


def warped(sound: "Samples", alpha: float) -> "Floats":
    """McAdams: the poles' angles raised to `alpha`, the excitation kept; 1 / alpha is the inverse, nearly."""
    return _by_frames(sound, lambda frames, _: _moved(frames, alpha))


def vocoded(sound: "Samples", secret: Secret) -> "Floats":
    """The poles moved as McAdams has it, and an excitation that knows nothing of the voice's."""
    import numpy as np

    rng = np.random.default_rng(secret.seed)
    length = len(sound) + 4 * FRAME
    hum, hiss = _hum(length, secret.pitch, rng), rng.standard_normal(length, np.float32)

    def change(frames: "Floats", first: int) -> "Floats":
        poly = _predicted(frames)
        energy = np.sqrt(np.mean(_filtered(frames, poly) ** 2, axis=1, keepdims=True))
        voiced = _voicing(frames)[:, None]
        places = (first + np.arange(len(frames)))[:, None] * HOP + np.arange(FRAME)
        mixed = np.sqrt(voiced) * hum[places] + np.sqrt(1 - voiced) * hiss[places]
        return _synthesised(mixed * energy, _poly(_turned(_roots(poly), secret.alpha)))

    return _by_frames(sound, change)


def _hum(length: int, pitch: float, rng: "np.random.Generator") -> "Samples":
    """Pulses of unit power at an even pitch that wanders by two per cent, band-limited by their own shape."""
    import numpy as np

    wander = np.repeat(rng.standard_normal(length // 1600 + 1).cumsum() % 2 - 1, 1600)[:length]
    phase = np.cumsum(pitch * (1 + 0.02 * wander) / RATE)
    pulses = np.zeros(length)
    pulses[1:] = np.diff(np.floor(phase))
    shaped = np.convolve(pulses, [0.1, 0.5, 1.0, 0.5, 0.1], "same") - np.mean(pulses) * 2.2
    return np.asarray(shaped / np.sqrt(np.mean(shaped**2)), np.float32)


def _by_frames(sound: "Samples", change: "Callable[[Floats, int], Floats]") -> "Floats":
    """Overlap-add of changed frames; the window's root before and after, so that unchanged frames give the sound again."""
    import numpy as np

    padded = np.concatenate([np.zeros(FRAME), sound, np.zeros(2 * FRAME)]).astype(np.float64)
    total = (len(padded) - FRAME) // HOP + 1
    window = np.sqrt(np.hanning(FRAME + 1)[:-1])
    out = np.zeros(len(padded))
    for first in range(0, total, BATCH):
        places = (first + np.arange(min(BATCH, total - first)))[:, None] * HOP + np.arange(FRAME)
        changed = change(padded[places] * window, first) * window
        for half in (0, 1):  # every other frame touches the next but one: they are added in one go
            whole = changed[half::2].reshape(-1)
            start = (first + half) * HOP
            out[start : start + len(whole)] += whole
    return out[FRAME : FRAME + len(sound)]


def _moved(frames: "Floats", alpha: float) -> "Floats":
    poly = _predicted(frames)
    return _synthesised(_filtered(frames, poly), _poly(_turned(_roots(poly), alpha)))


def _predicted(frames: "Floats") -> "Floats":
    """Linear prediction of each frame by autocorrelation and Levinson's recursion: (frames, 21), the first is 1."""
    import numpy as np

    power = np.abs(np.fft.rfft(frames, 2 * FRAME)) ** 2
    auto = np.fft.irfft(power)[:, : ORDER + 1]
    auto[:, 0] = auto[:, 0] * 1.0001 + LEAST
    poly = np.zeros_like(auto)
    poly[:, 0], error = 1, auto[:, 0].copy()
    for order in range(1, ORDER + 1):
        reflection = -np.sum(poly[:, :order] * auto[:, order:0:-1], axis=1) / error
        poly[:, 1 : order + 1] += reflection[:, None] * poly[:, order - 1 :: -1][:, :order]
        error *= 1 - reflection**2
    return poly


def _roots(poly: "Floats") -> "npt.NDArray[np.complex128]":
    """The roots of each polynomial, as eigenvalues of its companion matrix."""
    import numpy as np

    companion = np.zeros((len(poly), ORDER, ORDER))
    companion[:, 0] = -poly[:, 1:]
    companion[:, np.arange(1, ORDER), np.arange(ORDER - 1)] = 1
    return np.asarray(np.linalg.eigvals(companion), np.complex128)


def _turned(roots: "npt.NDArray[np.complex128]", alpha: float) -> "npt.NDArray[np.complex128]":
    """The roots with other angles: |angle| ** alpha, at most π; real ones stay."""
    import numpy as np

    angle = np.abs(np.angle(roots))
    moved = np.minimum(angle**alpha, np.pi - 1e-3)
    real = (angle < 1e-6) | (angle > np.pi - 1e-6)
    return np.asarray(np.abs(roots) * np.exp(1j * np.where(real, angle, moved) * np.sign(np.angle(roots))))


def _poly(roots: "npt.NDArray[np.complex128]") -> "Floats":
    """The real polynomials that have these roots."""
    import numpy as np

    poly = np.zeros((len(roots), ORDER + 1), np.complex128)
    poly[:, 0] = 1
    for place in range(ORDER):
        poly[:, 1 : place + 2] -= roots[:, place : place + 1] * poly[:, : place + 1]
    return np.asarray(poly.real)


def _filtered(frames: "Floats", poly: "Floats") -> "Floats":
    """Each frame through its own prediction error filter."""
    out = frames.copy()
    for lag in range(1, ORDER + 1):
        out[:, lag:] += poly[:, lag : lag + 1] * frames[:, :-lag]
    return out


def _synthesised(excitation: "Floats", poly: "Floats") -> "Floats":
    """Each frame's excitation through its own all-pole filter, all frames side by side."""
    import numpy as np

    out = np.zeros((FRAME + ORDER, len(excitation)))
    taps = np.ascontiguousarray(poly[:, :0:-1].T)
    for place in range(FRAME):
        past = out[place : place + ORDER]
        out[place + ORDER] = excitation[:, place] - np.einsum("kn,kn->n", taps, past)
    return out[ORDER:].T


def _voicing(frames: "Floats") -> "Floats":
    """How voiced each frame is, 0 to 1, by the height of its autocorrelation between 60 and 400 Hz."""
    import numpy as np

    height = peaks(frames)[1]
    return np.asarray(np.clip((height - 0.2) / 0.5, 0, 1))


def peaks(frames: "Floats") -> "tuple[Floats, Floats]":
    """Pitch (Hz) of each frame and how sure it is (0 to 1), by normalised autocorrelation."""
    import numpy as np

    centred = frames - frames.mean(axis=1, keepdims=True)
    length = centred.shape[1]
    auto = np.fft.irfft(np.abs(np.fft.rfft(centred, 2 * length)) ** 2)[:, :length]
    auto /= auto[:, :1] + LEAST
    auto /= 1 - np.arange(length) / length * (np.arange(length) < length)
    least, most = int(RATE / HIGHEST), min(int(RATE / LOWEST), length * 3 // 4)
    part = auto[:, least:most]
    best = part.argmax(axis=1)
    return RATE / (best + least), part[np.arange(len(part)), best]


def pitch(sound: "Samples") -> float:
    """The median pitch of a voice in Hz, over its voiced frames (40 ms); 0 where there is none."""
    import numpy as np

    found: list[Floats] = [hertz[height > VOICED] for hertz, height in map(peaks, _windows(sound, 640))]
    voiced = np.concatenate(found) if found else np.zeros(0)
    return float(np.median(voiced)) if voiced.size else 0.0


def _windows(sound: "Samples", length: int) -> "Iterator[Floats]":
    """Frames of `length` samples every 10 ms that are not nearly silent, in batches."""
    import numpy as np

    level = np.sqrt(np.mean(sound.astype(np.float64) ** 2))
    total = max(0, (len(sound) - length) // HOP + 1)
    for first in range(0, total, BATCH):
        places = (first + np.arange(min(BATCH, total - first)))[:, None] * HOP + np.arange(length)
        frames = sound[places].astype(np.float64)
        yield frames[np.sqrt(np.mean(frames**2, axis=1)) > level / 4]


def timbre(sound: "Samples") -> "Floats":
    """The mean of 19 mel cepstral coefficients over what is not silent (25 ms, 26 bands): a crude print of a voice."""
    import numpy as np

    bank, window = _mel(26, 512), np.hamming(400)
    sums, count = np.zeros(26), 0
    for frames in _windows(sound, 400):
        power = np.abs(np.fft.rfft(frames * window, 512)) ** 2
        sums += np.log(power @ bank.T + LEAST).sum(axis=0)
        count += len(frames)
    mean = sums / max(1, count)
    basis = np.cos(np.pi * np.arange(1, 20)[:, None] * (np.arange(26) + 0.5) / 26)
    return np.asarray(basis @ mean)


def _mel(bands: int, size: int) -> "Floats":
    """Triangular filters, evenly spaced in mel from 60 to 7,600 Hz."""
    import numpy as np

    def mel(hertz: float) -> float:
        return float(2595 * np.log10(1 + hertz / 700))

    edges = 700 * (10 ** (np.linspace(mel(60), mel(7600), bands + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.asarray(np.maximum(0, np.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle))))


def likeness(one: "Samples", other: "Samples") -> float:
    """Cosine of two voices' timbres: 1 is the same; two different readers reach about .8."""
    import numpy as np

    first, second = timbre(one), timbre(other)
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second) + LEAST))
