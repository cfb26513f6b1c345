"""A library to be preloaded, which makes the system go wrong under a program of ours."""
import os
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.cpp")


class Shim:
    def __init__(self, folder):
        self.library = Path(folder) / "shim.so"
        subprocess.run(["c++", "-std=c++20", "-O1", "-Wall", "-shared", "-fPIC", "-o", self.library, SOURCE, "-ldl"],
                       check=True, timeout=120)

    def env(self, what, **more):
        """The sanitizer's own library would rather be the first; and it need not find the shim's allocations odd."""
        options = f"{os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0:alloc_dealloc_mismatch=0"
        return {"LD_PRELOAD": str(self.library), "SHIM": what, "ASAN_OPTIONS": options.strip(":"), **more}
