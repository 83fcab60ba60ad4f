"""A phone that records: Chromium with a microphone that plays a file, and a profile that outlives the browser."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.harness.browser import ARGUMENTS, Scheme, Troubles, patient, program
from tests.story.recordings import Recording

RATE = 48_000
GONE_WITHIN_S = 30
QUIET_S = 90
HELD = """async () => {
  const bases = (await indexedDB.databases()).map(({ name }) => name);
  return { bases, caches: await caches.keys(), local: { ...localStorage }, session: { ...sessionStorage },
    workers: (await navigator.serviceWorker.getRegistrations()).length };
}"""
STORED = """async () => {
  if (!(await indexedDB.databases()).length) return [];
  const base = await new Promise((done) => { const r = indexedDB.open("tejido"); r.onsuccess = () => done(r.result); });
  if (!base.objectStoreNames.length) { base.close(); return []; }
  const found = await new Promise((done) => {
    const r = base.transaction("recordings").objectStore("recordings").getAll();
    r.onsuccess = () => done(r.result);
  });
  base.close();
  return found;
}"""


@dataclass(frozen=True)
class Phone:
    """One start of a phone's browser. `page` is its first page."""

    context: BrowserContext
    page: Page
    profile: Path

    def kill(self) -> None:
        """As a phone does that runs out of battery: no clean-up, all processes of this profile at once."""
        for pid in processes(self.profile):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + GONE_WITHIN_S
        while processes(self.profile) and time.monotonic() < end:
            time.sleep(0.1)
        with suppress(Exception):  # Playwright learns of it in its own way
            self.context.close()

    def stored(self) -> list[dict[str, object]]:
        """The recordings in the phone's IndexedDB, without their sound."""
        found: list[dict[str, object]] = self.page.evaluate(STORED)
        return found


def processes(profile: Path) -> list[int]:
    """Ids of the processes of the browser that has this profile."""
    wanted = f"--user-data-dir={profile}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                if wanted in (folder / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found


@contextmanager
def phone(
    browser: Browser,
    profile: Path,
    sound: Path | None,
    troubles: Troubles,
    *,
    width: int = 360,
    lang: str = "en",
    scheme: Scheme = "light",
) -> Iterator[Phone]:
    """A browser with that profile; its microphone plays `sound` once and is silent then."""
    arguments = [*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    if sound:
        arguments.append(f"--use-file-for-fake-audio-capture={sound}%noloop")
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=program(),
        args=arguments,
        locale=lang,
        color_scheme=scheme,
        viewport={"width": width, "height": 720},
        reduced_motion="reduce",
    )
    patient(context)
    troubles.watch(context)
    context.on("dialog", lambda dialog: dialog.accept())
    try:
        yield Phone(context, context.pages[0], profile)
    finally:
        with suppress(Exception):
            context.close()


def as_wave(recording: Recording, folder: Path, seconds: float | None = None) -> Path:
    """The recording as the WAV file that Chromium's microphone plays; cut after so many seconds."""
    import av
    import numpy as np

    target = folder / f"{recording.file.stem}-spoken.wav"
    with av.open(str(recording.file)) as source:
        resampler = av.AudioResampler("s16", "mono", RATE)
        frames = [out for frame in source.decode(audio=0) for out in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    quiet = np.zeros(QUIET_S * RATE, np.int16)  # at the end of its file the fake microphone hums, it is not silent
    write_wave(target, np.concatenate([samples[: int(seconds * RATE) if seconds else None], quiet]).tobytes())
    return target


def write_wave(target: Path, samples: bytes) -> None:
    """48 kHz, mono, 16 bits."""
    import wave

    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples)
