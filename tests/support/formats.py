"""Reads each format with a parser that somebody else wrote. Each function raises what that parser has to say."""
import re
import subprocess
import xml.etree.ElementTree as xml_tree

import html5lib

VERDICTS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]  # by exit code
# Controls, bidi, zero-width: what must reach no output as it is. A newline ends a line of ours.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
# More: whatever Unicode calls a control, a format character or a separator of lines.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                 "\U000e0000-\U000e007f]")
PERFDATA = """
use Monitoring::Plugin::Performance use_die => 1;
local $/; my $text = <STDIN>;
for (Monitoring::Plugin::Performance->parse_perfstring($text)) {
    print join("\t", map { defined $_ ? $_ : "" } $_->label, $_->value, $_->uom, $_->warning, $_->critical, $_->min), "\n";
}
"""


def run(command, text):
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60)
    assert done.returncode == 0, (command[0], done.stdout.decode(), done.stderr.decode())
    return done.stdout.decode()


def nagios(text):
    """verdict, text, {label: (value, unit, warning, critical, minimum)}, lines of long output."""
    first, *below = text.removesuffix("\n").split("\n")
    assert text.count("|") == 1 and "|" in first, text
    words, perfdata = first.split(" | ")
    verdict = re.match(r"MTLS (\w+) - (.+)", words)
    assert verdict[1] in VERDICTS and len(text) < 8192, text
    # "U" is in the guidelines, but newer than the parser.
    known = [one for one in re.findall(r"(?:'[^']*'|\S+?)=\S+", perfdata) if not re.search("=U;", one)]
    figures = {}
    for line in run(["perl", "-e", PERFDATA], " ".join(known)).splitlines():
        label, *rest = line.split("\t")
        figures[label] = tuple(rest)
    assert len(figures) == len(known), (known, figures)
    return verdict[1], verdict[2], figures, below


def prometheus(text):
    """{(name, sorted labels): value}; promtool has nothing to say about it."""
    done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done
    samples = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
            pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")
            key = (name, tuple(sorted((one, re.sub(r"\\(.)", r"\1", two)) for one, two in pairs)))
            assert key not in samples, line
            samples[key] = float(value)
    return samples


def junit(text):
    """[(suite's name, {case: "ok", "failure" or "error"})]"""
    run(["xmllint", "--noout", "--nonet", "-"], text)
    suites = []
    for suite in xml_tree.fromstring(text.encode()).iter("testsuite"):
        cases = {}
        for case in suite.iter("testcase"):
            assert case.get("name") not in cases
            cases[case.get("name")] = next((one for one in ("failure", "error") if case.find(one) is not None), "ok")
        for kind, counted in (("failure", "failures"), ("error", "errors")):
            assert int(suite.get(counted)) == list(cases.values()).count(kind)
        assert int(suite.get("tests")) == len(cases)
        suites.append((suite.get("name"), cases))
    return suites


def html(text):
    """The page's visible text. It holds no element that could run or load anything."""
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    elements = list(page.iter())
    assert not {one.tag for one in elements} & {"script", "img", "link", "iframe", "object", "svg", "base", "form"}
    for one in elements:
        assert not [name for name in one.attrib if name.startswith("on") or name in ("src", "style")], one.attrib
        assert one.get("href", "#").startswith("#"), one.attrib
    body = page.find("body")
    return "".join(body.itertext())


READERS = {".nagios": nagios, ".prom": prometheus, ".xml": junit, ".html": html}
