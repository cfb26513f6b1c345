#!/usr/bin/python3
"""Checks rendered reports against their schema: validate_report.py SCHEMA FILE...

A FILE holds one report, an array of them, or (*.jsonl) one a line; a directory stands for those in it. Fails with a line for each thing that is wrong."""
import json
import sys
from pathlib import Path

import jsonschema


def reports(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    whole = json.loads(text)
    return whole if isinstance(whole, list) else [whole]


def files(arguments):
    for argument in map(Path, arguments):
        yield from sorted(argument.glob("*.json*")) if argument.is_dir() else [argument]


def complaints(schema, paths):
    validator = jsonschema.Draft202012Validator(schema)
    for path in paths:
        for number, report in enumerate(reports(path)):
            for error in validator.iter_errors(report):
                place = "/".join(str(step) for step in error.absolute_path)
                yield f"{path}[{number}]: {place}: {error.message[:300]}"


def main():
    schema = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    paths = list(files(sys.argv[2:]))
    if not paths:
        print("no reports to check")
        return 1
    found = list(complaints(schema, paths))
    print("\n".join(found) or f"{len(paths)} files hold to the schema")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
