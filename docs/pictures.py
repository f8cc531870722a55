"""Take the pictures that README.md and CONTRIBUTING.md show, from the sample corpus, with Debian's Chromium.

    python docs/pictures.py

Builds a copy of the sample corpus in a temporary folder, starts the viewer on it and photographs three of its pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PORT = 8579
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
PICTURES = (
    # file, address, width and height, what is clicked, what is scrolled to the top
    ("before-and-after.png", "/?q=five-tables", (1240, 760), "#view-both", ".views"),
    ("overview.png", "/overview", (1240, 640), "", ""),
    ("rules.png", "/rules/tollbridge", (1240, 500), "", ".elements"),
)


def main() -> None:
    """Build, serve, photograph."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        shutil.copytree(ROOT / "raw", place / "raw")
        limpide = [sys.executable, "-m", "flows.cli"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([*limpide, "build", "--no-prefect", "--quiet"], cwd=place, env=environment, check=True)
        subprocess.run(
            [sys.executable, ROOT / "tests" / "samples" / "newcomer.py", "raw/tollbridge"], cwd=place, check=True
        )
        server = subprocess.Popen([*limpide, "view", "--port", str(PORT)], cwd=place, env=environment)
        try:
            photograph(place)
        finally:
            server.terminate()
            server.wait()


def photograph(place: Path) -> None:
    """Take the pictures of the viewer that has just been started."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in (*QUIET, f"--user-data-dir={place / 'chromium'}"):
        options.add_argument(argument)
    browser = Chrome(options=options, service=ChromeService(shutil.which("chromedriver")))
    address = f"http://127.0.0.1:{PORT}"
    wait_for(address)
    for name, path, (width, height), click, top in PICTURES:
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        browser.get(f"{address}{path}")
        if "?q=" in path:
            browser.find_element("css selector", "tbody a").click()
        for _ in range(60):
            if not top or browser.find_elements("css selector", top):
                break
            time.sleep(1)
        if click:
            browser.find_element("css selector", click).click()
        if top:
            browser.execute_script(f"document.querySelector('{top}').scrollIntoView()")
        time.sleep(0.5)
        browser.save_screenshot(str(HERE / name))
    browser.quit()


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(120):
        try:
            urllib.request.urlopen(address).close()  # noqa: S310 (our own server)
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit(f"{address} does not answer")


if __name__ == "__main__":
    main()
