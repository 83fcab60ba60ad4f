"""Draw the PNG icons from the SVG one, with Chromium: `python tools/draw_icons.py`. Run again when icon.svg changes."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "src/tejido/ground/ui/static/tejido"
PAGE = "<style>*{{margin:0}}svg{{display:block;inline-size:{0}px;block-size:{0}px}}</style>{1}"


def main() -> None:
    """Write icon-192.png and icon-512.png beside icon.svg."""
    drawing = (FOLDER / "icon.svg").read_text().replace(' rx="14"', "")  # launchers round the corners themselves
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size in (192, 512):
            page = chromium.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(size, drawing))
            page.screenshot(path=FOLDER / f"icon-{size}.png")
        chromium.close()


if __name__ == "__main__":
    main()
