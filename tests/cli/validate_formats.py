#!/usr/bin/env python3
"""Reads every sample report in every format with a foreign parser: validate_formats.py DIRECTORY"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import formats  # noqa: E402


def main():
    read = dict.fromkeys(formats.READERS, 0)
    for path in sorted(Path(sys.argv[1]).iterdir()):
        if path.suffix in formats.READERS:
            text = path.read_bytes().decode()
            assert not formats.UNSAFE.search(text), path
            try:
                formats.READERS[path.suffix](text)
            except Exception as error:
                raise AssertionError(f"{path}: {error}") from error
            read[path.suffix] += 1
    print(read)
    return 0 if all(read.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
