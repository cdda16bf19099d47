#!/usr/bin/env python3
"""Makes the pictures of the README with Chromium: make.py GOV OLIST (an Olist project that was run and documented).

catalog.png is a page of the catalog; error.png a diagnostic as a terminal shows it."""

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-device-scale-factor=1.5"]
COLOURS = {"1;31": "#ff7b72;font-weight:bold", "1;33": "#e3b341;font-weight:bold", "1;34": "#79c0ff;font-weight:bold",
           "1;32": "#7ee787;font-weight:bold", "1": "#f0f6fc;font-weight:bold"}
WRONG = """
--- Orders and revenue of each city.
model marts.orders_by_city (
  customer_city  key,
  order_count    not null,
  revenue        not null
)
as
select
  c.customer_ctiy,
  count(*) as order_count,
  sum(f.total_value + f.total_value_usd) as revenue
from marts.fct_orders_with_economics f
join staging.orders o using (order_id)
join staging.customers c using (customer_id)
group by c.customer_city;
"""


def shoot(url, size, file):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(["chromium", *FLAGS, f"--user-data-dir={profile}", f"--window-size={size}", "--virtual-time-budget=4000",
                        f"--screenshot={file}", url], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def terminal(text):
    """A page that shows the text with its ANSI colours."""
    body = html.escape(text)
    body = re.sub("\x1b\\[([0-9;]+)m", lambda code: "</span>" if code[1] == "0" else f'<span style="color:{COLOURS[code[1]]}">', body)
    return ('<meta charset="utf-8"><style>body{margin:0;background:#0d1117;color:#c9d1d9;padding:22px 26px}'
            f'pre{{font:15px/1.45 "DejaVu Sans Mono",monospace;margin:0}}</style><pre>{body}</pre>')


def error_picture(gov, project):
    file = project / "marts" / "by_city.gov"
    file.write_text(WRONG.lstrip(), encoding="utf-8")
    done = subprocess.run([gov, "check", "--color", "always"], cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    file.unlink()
    text = "$ gov check\n" + done.stderr.rstrip()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "error.html"
        page.write_text(terminal(text), encoding="utf-8")
        shoot(page.as_uri(), f"900,{48 + 22 * (text.count(chr(10)) + 1)}", HERE / "error.png")


def main():
    gov, project = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    shoot((project / "build" / "docs" / "index.html").as_uri() + "#/m/marts.fct_orders_with_economics/lineage", "1280,860", HERE / "catalog.png")
    error_picture(gov, project)


if __name__ == "__main__":
    main()
