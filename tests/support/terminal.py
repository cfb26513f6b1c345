"""What a program shows on a terminal."""
import os
import pty
import subprocess


def shown_on_a_terminal(words, streams=("stdout", "stderr"), code=None, **environment):
    """The text; of a stream that is not named nothing."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*map(str, words)], stdin=subprocess.DEVNULL,
                               **{each: theirs if each in streams else subprocess.DEVNULL
                                  for each in ("stdout", "stderr")},
                               env={**os.environ, "TERM": "xterm", **environment})
    os.close(theirs)
    text = b""
    try:
        while more := os.read(ours, 65536):
            text += more
    except OSError:
        pass  # EIO: the other end is closed
    os.close(ours)
    ended = process.wait(60)
    assert code is None or ended == code, text.decode()
    return text.decode()
