"""Copies the pages of the checkout to target/site-pages, for the site generator.

The copy has the paths of the checkout, so links between pages hold. Links to other files of the checkout (sources, manifests, directories)
become plain text with the path. A link that leads nowhere ends with exit code 1.
"""

import pathlib
import re
import shutil
import subprocess
import sys

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ +(.*?) *$", re.M)


def anchors(text):
    """As GitHub and the generator make them of headings."""
    found = set()
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = 1
        while anchor in found:
            anchor = re.sub(r"(-\d+)?$", f"-{number}", anchor, count=1)
            number += 1
        found.add(anchor)
    return found


def main():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    stage = root / "target" / "site-pages"
    shutil.rmtree(stage, ignore_errors=True)
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md", "*.svg", "*.png"], cwd=root, check=True, capture_output=True, text=True)
    files = [path for path in tracked.stdout.split("\n") if path and "/src/" not in path]
    texts = {path: (root / path).read_text(encoding="utf-8") for path in files if path.endswith(".md")}
    known = {path: anchors(text) for path, text in texts.items()}
    faults = []
    for path in files:
        copy = stage / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path not in texts:
            shutil.copyfile(root / path, copy)
            continue

        def link(match):
            text, target = match.groups()
            if re.match(r"[a-z]+:", target):
                return match.group(0)
            file, _, anchor = target.partition("#")
            there = (root / path).parent.joinpath(file).resolve() if file else root / path
            name = there.relative_to(root).as_posix() if there.is_relative_to(root) else target
            if not there.exists():
                faults.append(f"{path}: {target}: there is no such file")
            elif name in texts:
                if anchor and anchor not in known[name]:
                    faults.append(f"{path}: {target}: {name} has no such heading")
                return match.group(0)
            elif name in files:
                return match.group(0)
            return text if "`" in text else f"{text} (`{name}`)"

        copy.write_text(LINK.sub(link, texts[path]), encoding="utf-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
