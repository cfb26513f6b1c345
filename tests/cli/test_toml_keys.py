"""TOML keys of so many parts that the parser would overflow its stack."""
import pytest

from support.exporter import said_of_check, said_of_reload
from support.served import harness


DEEP = {
    "a key": ("{} = 1\n", "1:1"),
    "a header": ("[{}]\n", "1:2"),
    "a header of many": ("[[{}]]\n", "1:3"),
    "an inline table": ("ü = {{ {} = 1 }}\n", "1:7"),
    "one in an array": ("a = [\n  {{ {} = 1 }} ]\n", "2:5"),
    "behind strings": ("a = '''\n''''' # ' \"\nb = \"\\\"\" # '''\n{} = 1\n", "4:1"),
}


@pytest.mark.parametrize("place", DEEP)
@pytest.mark.parametrize("count", [33, 300_000])
def test_a_key_of_too_many_parts_is_refused(tmp_path, place, count):
    text, where = DEEP[place]
    deep = tmp_path / "deep.toml"
    deep.write_text(text.format(".".join(["a"] * count)))

    for complaint in (said_of_check(deep), harness("serve", deep).stderr):
        assert f"{deep}:{where}: this key has too many parts" in complaint


@pytest.mark.parametrize("part", ["a", '"a.b"', "'a.b'", " a\t", '""'])
def test_however_its_parts_are_written(tmp_path, part):
    deep = tmp_path / "deep.toml"
    deep.write_text(".".join([part] * 300_000) + " = 1\n")

    assert f"{deep}:1:{1 + part.startswith(' ')}: this key has too many parts" in said_of_check(deep)


def test_a_file_full_of_parts_ends_no_exporter(tmp_path):
    config = tmp_path / "exporter.toml"

    said = said_of_reload(config, lambda: config.write_text(".".join(["a"] * 7_000_000) + " = 1\n"))

    assert "this key has too many parts" in said


DOTS = "." * 100


@pytest.mark.parametrize("line", [
    f"x = 1 # {DOTS}", f"listen = '{DOTS}'", f'listen = "\\"{DOTS}"', f"listen = '''\n{DOTS}\n'{DOTS}'''''",
    f'listen = """{DOTS}\\"""{DOTS}\n""{DOTS}"""""', "listen = [" + "1.5, " * 100 + "]", f"'{DOTS}' = 1",
    "listen = [\n" + "1.5\n,\n" * 100 + "]", ".".join("a" * 32) + " = 1"])
def test_dots_that_part_no_key_are_as_many_as_one_likes(tmp_path, line):
    file = tmp_path / "dots.toml"
    file.write_text(line + "\n")

    complaint = said_of_check(file)

    assert "too many parts" not in complaint
    assert "listen: " in complaint or "unknown key" in complaint


def test_nested_as_far_as_may_be_it_is_an_ordinary_mistake(tmp_path):
    """256 inline tables are the most that toml++ reads, here each below a key of the most parts."""
    key = ".".join("a" * 32)
    deep = tmp_path / "deep.toml"
    deep.write_text(f"[{key}]\n" + f"{key} = {{" * 255 + f"{key} = 1" + "}" * 255 + "\n")

    assert "unknown key" in said_of_check(deep)
    assert harness("serve", deep).returncode == 3
