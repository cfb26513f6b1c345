"""What the compiler and the linker do for a program that strangers talk to, as readelf sees it in the released ones."""
import subprocess

import pytest

from support.probe import BIN

PROGRAMS = ["mtls-probe", "mtls-harness", "mtls-exporter"]


def readelf(option, program):
    return subprocess.run(["readelf", "-W", option, BIN / program], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_position_independent(program):
    assert "DYN (" in readelf("--file-header", program)
    assert "PIE" in readelf("--dynamic", program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_resolved_at_the_start_cannot_be_written_later(program):
    assert "GNU_RELRO" in readelf("--program-headers", program)
    assert "BIND_NOW" in readelf("--dynamic", program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_stack_is_not_executable_and_is_guarded(program):
    stack = [line.split() for line in readelf("--program-headers", program).splitlines() if "GNU_STACK" in line]
    assert [line[6] for line in stack] == ["RW"]
    assert "__stack_chk_fail" in readelf("--dyn-syms", program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_c_library_checks_the_sizes_of_buffers(program):
    assert "__memcpy_chk" in readelf("--dyn-syms", program)


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_one_file_to_copy(program):
    needed = [line.split("[")[1].rstrip("]") for line in readelf("--dynamic", program).splitlines() if "(NEEDED)" in line]
    assert needed
    assert [library for library in needed if not library.startswith(("libc.so.", "libm.so.", "ld-linux"))] == []
