"""The word index in a folder that may only be read: to open an index, tantivy locks a file beside it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path


def mirror_of(folder: Path) -> Path:
    """A folder of our own with links to the files of `folder`, until the process ends. It shows the index as
    it stands now: after a commit another is to be made. OSError where `folder` can't be listed."""
    files = [path for path in folder.iterdir() if not path.name.endswith(".lock")]
    mirror = Path(tempfile.mkdtemp(prefix="dateline-words-"))
    atexit.register(shutil.rmtree, mirror, ignore_errors=True)
    for path in files:
        (mirror / path.name).symlink_to(path.absolute())
    return mirror
