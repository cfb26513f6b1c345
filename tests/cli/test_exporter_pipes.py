"""What mtls-exporter reads again at each SIGHUP must not make it wait."""
import os
import subprocess

import pytest

from support.exporter import PROGRAM, said_of_check, said_of_reload


PIPE = "is a pipe or a device: it is read again at each SIGHUP"


@pytest.mark.parametrize("setting", [
    "expect_issuers = ['pipe']", "expect_issuers = ['{good}', 'pipe']", "issuer_certs = ['pipe']", "baseline = 'pipe'",
    "[[module.one.candidate]]\ncert = 'pipe'", "[[module.one.candidate]]\ncert = '{good}'\nkey = 'link'",
    "[[module.one.candidate]]\ncert = '{good}'\nchain = 'pipe'",
    "[[module.one.candidate]]\ncert = '{good}'\npass = 'file:{folder}/pipe'"])
def test_the_exporter_waits_for_no_pipe(pki, tmp_path, setting):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    config = tmp_path / "exporter.toml"
    text = "[module.one]\n" + setting.format(good=pki.alice.file, folder=tmp_path) + "\n"

    assert PIPE in said_of_reload(config, lambda: config.write_text(text))
    assert PIPE in said_of_check(config)


def test_nor_for_a_configuration_that_has_become_one(tmp_path):
    config = tmp_path / "exporter.toml"

    def change():
        config.unlink()
        os.mkfifo(config)

    assert PIPE in said_of_reload(config, change)
    assert PIPE in said_of_check(config)


def test_a_link_to_a_file_is_as_good_as_the_file(pki, tmp_path):
    (tmp_path / "link").symlink_to(pki.alice.file)
    config = tmp_path / "exporter.toml"
    config.write_text("[[module.one.candidate]]\ncert = 'link'\n")

    done = subprocess.run([PROGRAM, "--config", config, "--check"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
