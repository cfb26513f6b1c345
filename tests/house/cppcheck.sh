#!/bin/sh
# cppcheck over a compilation database; exit 1 if it finds anything that tests/house/cppcheck.txt does not explain.
cd "$(dirname "$0")/../.." || exit 3
exec cppcheck --project="$1" --enable=warning,performance,portability --inline-suppr --std=c++20 --library=std -j2 \
    --suppressions-list=tests/house/cppcheck.txt --quiet --error-exitcode=1 --template='{file}:{line}: {id}: {message}'
