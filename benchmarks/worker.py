"""A warm process with CKAN in it; reads questions as JSON lines and answers each with one line (see frame.Worker)."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from typing import Any


def main(ini: str) -> None:
    """Load the application and answer until standard input ends."""
    # Libraries may print: only answers go to the real standard output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))._wsgi_app
    _say(answers, {"result": "ready"})
    for line in sys.stdin:
        try:
            _say(answers, {"result": _answer(app, json.loads(line))})
        except Exception:
            _say(answers, {"error": traceback.format_exc()})


def _answer(app: Any, question: dict[str, Any]) -> Any:
    if "get" in question:
        return _get(app, question["get"])
    module, _, function = question["call"].partition(":")
    with app.test_request_context():
        return getattr(importlib.import_module(module), function)(**question["arguments"])


def _get(app: Any, path: str) -> dict[str, Any]:
    client = app.test_client(use_cookies=False)
    start = time.perf_counter()
    response = client.get(path)
    body = response.get_data()
    elapsed = (time.perf_counter() - start) * 1000
    return {"ms": elapsed, "status": response.status_code, "bytes": len(body), "text": body.decode("utf-8", "replace")}


def _say(stream: Any, answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer) + "\n")
    stream.flush()


if __name__ == "__main__":
    main(sys.argv[1])
