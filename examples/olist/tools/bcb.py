#!/usr/bin/env python3
"""A stand-in of the Brazilian central bank's time series API (SGS), on loopback, with its shape and its moods.

    bcb.py --data FOLDER [--port N] [--url-file FILE] [--with-parent] [--seed N] [--failures SHARE] [--first KIND,...]

It serves the files `bcdata.sgs.SERIES.*.json` of FOLDER, each as the API answers it:
[{"data":"04/01/2016","valor":"4.0387"}, ...], dates DD/MM/YYYY, values as text.

    GET /dados/serie/bcdata.sgs.SERIES/dados?formato=json&dataInicial=DD/MM/YYYY&dataFinal=DD/MM/YYYY

    200  the values of the window, both ends included
    400  a date that is none, or an unknown format
    404  no such series, or no values in the window
    406  a daily series, and no window or one of more than ten years
    429  less than a second after the request before
    5xx, or 200 with XML where JSON was asked for: now and then

What fails is drawn from --seed, so that two runs fail alike; --failures is the share of requests, --first names what
the first answers are, in order: ok, 429, 500, 502, 503, xml, cut (the connection closes within the body), slow
(nothing for a minute). The address (http://127.0.0.1:PORT) is the first line of standard output and the content of
--url-file; each request is a line of standard error. It ends on SIGTERM or SIGINT and, with --with-parent, when the
process that started it is gone.
"""

import argparse
import json
import os
import random
import re
import sys
import threading
import time
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SECONDS_BETWEEN = 0.8  # one a second, less what a busy machine may delay a request on its way
FAILURES = ("500", "502", "503", "xml")
KINDS = ("ok", "429", *FAILURES, "cut", "slow")
XML = '<?xml version="1.0" encoding="UTF-8"?><resposta><erro>Servi\u00e7o indispon\u00edvel</erro></resposta>'


class Refusal(Exception):
    """An answer that is not the values: its status and its message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def parse_date(text):
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        raise Refusal(400, f"Data inv\u00e1lida: {text}") from None


class Series:
    """The values of one series, sorted by date as in its file."""

    def __init__(self, rows):
        self.rows = [(parse_date(row["data"]), row) for row in rows]
        self.daily = any(day.day != 1 for day, _ in self.rows)

    def window(self, start, end):
        """The rows from start to end, both included and both optional."""
        if self.daily and (start is None or end is None or end > ten_years_after(start)):
            raise Refusal(
                406,
                "O sistema aceita uma janela de consulta de, no m\u00e1ximo, 10 anos em s\u00e9ries di\u00e1rias",
            )
        rows = [row for day, row in self.rows if (start is None or day >= start) and (end is None or day <= end)]
        if not rows:
            raise Refusal(404, "Value(s) not found")
        return rows


def ten_years_after(day):
    return date(day.year + 10, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def read_series(folder):
    """{number: Series} of all files of the folder."""
    series = {}
    for file in sorted(Path(folder).glob("bcdata.sgs.*.json")):
        number = int(file.name.split(".")[2])
        series[number] = Series(json.loads(file.read_text(encoding="utf-8")))
    if not series:
        sys.exit(f"bcb.py: there is no bcdata.sgs.*.json in {folder}")
    return series


class Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options):
        super().__init__(("127.0.0.1", options.port), Handler)
        self.series = read_series(options.data)
        self.chance = random.Random(options.seed)
        self.failures = options.failures
        self.first = [kind for kind in options.first.split(",") if kind]
        self.lock = threading.Lock()
        self.last = float("-inf")

    def mood(self):
        """What kind of answer the next request gets."""
        with self.lock:
            now = time.monotonic()
            if now - self.last < SECONDS_BETWEEN:
                return "429"
            self.last = now
            if self.first:
                return self.first.pop(0)
            return self.chance.choice(FAILURES) if self.chance.random() < self.failures else "ok"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        kind = self.server.mood()
        if kind in ("ok", "cut"):
            self.answer(cut=kind == "cut")
        elif kind == "xml":
            self.send(200, XML, "text/xml")
        elif kind == "slow":
            time.sleep(60)
        elif kind == "429":
            self.send(429, '{"error":"Too Many Requests"}')
        else:
            self.send(int(kind), "<html><body><h1>Service unavailable</h1></body></html>", "text/html")

    def answer(self, cut):
        try:
            body = json.dumps(self.values(), separators=(",", ":"))
        except Refusal as refusal:
            return self.send(refusal.status, json.dumps({"error": str(refusal)}, ensure_ascii=False))
        self.send(200, body, cut=cut)

    def values(self):
        url = urlsplit(self.path)
        path = re.fullmatch(r"/dados/serie/bcdata\.sgs\.(\d+)/dados", url.path)
        if not path or int(path.group(1)) not in self.server.series:
            raise Refusal(404, "Recurso n\u00e3o encontrado")
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if query.get("formato") != "json":
            raise Refusal(400, f"Formato desconhecido: {query.get('formato')}")
        start, end = (parse_date(query[name]) if name in query else None for name in ("dataInicial", "dataFinal"))
        return self.server.series[int(path.group(1))].window(start, end)

    def send(self, status, text, kind="application/json", cut=False):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind};charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def log_message(self, form, *arguments):
        print(f"{time.strftime('%H:%M:%S')} {form % arguments}", file=sys.stderr, flush=True)


def end_with(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def parse_options():
    parser = argparse.ArgumentParser(description="a stand-in of the Brazilian central bank's time series API")
    parser.add_argument("--data", required=True, help="folder with bcdata.sgs.*.json")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--url-file", type=Path, help="file to write the address to")
    parser.add_argument("--with-parent", action="store_true", help="end when the parent process is gone")
    parser.add_argument("--seed", type=int, default=1, help="which requests fail (default 1)")
    parser.add_argument("--failures", type=float, default=0.1, help="share of requests that fail (default 0.1)")
    parser.add_argument("--first", default="", help=f"kinds of the first answers, of {', '.join(KINDS)}")
    options = parser.parse_args()
    unknown = [kind for kind in options.first.split(",") if kind and kind not in KINDS]
    if unknown:
        parser.error(f"unknown kind `{unknown[0]}` in --first")
    return options


def main():
    options = parse_options()
    api = Api(options)
    url = f"http://127.0.0.1:{api.server_port}"
    if options.with_parent:
        threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    if options.url_file:
        temporary = options.url_file.with_name(options.url_file.name + ".new")
        temporary.write_text(url + "\n")
        temporary.replace(options.url_file)  # whoever waits for the file never sees half of it
    print(url, flush=True)
    try:
        api.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
