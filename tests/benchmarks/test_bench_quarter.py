"""A quarter by `svlib run` against plain papermill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from helpers import REPOSITORY
from measure import seconds, write

BIN = Path(sys.executable).parent
QUARTER = "parameters/sample/2026-27-Q2.yaml"


def tool(*words: str) -> None:
    env = os.environ | {"SVLIB_HOME": str(REPOSITORY)}
    subprocess.run(
        [str(BIN / words[0]), *words[1:]], cwd=REPOSITORY, env=env, check=True, capture_output=True
    )


def papermill_one_after_another(folder: Path) -> None:
    for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
        tool("papermill", str(path), str(folder / path.name), "-p", "parameters", QUARTER)


def test_a_quarter_takes_less_than_plain_papermill(tmp_path: Path) -> None:
    """Pages and manifest included, a run should be quicker than the notebooks one by one."""
    tool("svlib", "run", QUARTER)  # the sample, the store and the postcode directory stand
    ours = [seconds(lambda: tool("svlib", "run", QUARTER)) for _ in range(3)]
    plain = [seconds(lambda: papermill_one_after_another(tmp_path)) for _ in range(3)]
    ratio = sorted(ours)[1] / sorted(plain)[1]
    write("quarter", {"svlib_run_s": ours, "papermill_s": plain, "ratio_of_medians": ratio})
    assert ratio < 1
