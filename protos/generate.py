"""Generates the Python stubs of the contract beside it, and checks the contract.

``python protos/generate.py`` writes the stubs. With ``--check`` nothing is written: the stubs must be
current, the contract must pass ``buf lint``, and it must not break callers of the baseline,
``baseline.binpb``. With ``--baseline`` the baseline is made anew, which is done once for each release.

Everything runs without a network: buf reads a descriptor set that protoc has made.
"""

from __future__ import annotations

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from google.rpc import status_pb2

PROTOS = Path(__file__).resolve().parent
CONTRACT = "newsweave/v1/newsweave.proto"
BASELINE = PROTOS / "baseline.binpb"
BUF_CONFIG = PROTOS / "buf.yaml"
ENDINGS = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")


class Refused(Exception):
    """The generator or a check failed; the message says what to do."""


def tool(name: str) -> str:
    """Return the path of a program that is installed beside this Python.

    Raises:
        Refused: It is not installed.
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        message = f"{name} is not installed: pip install --editable '.[dev]'"
        raise Refused(message)
    return found


def includes() -> list[str]:
    """Return the folders in which imports of the contract are looked for."""
    well_known = Path(str(resources.files("grpc_tools"))) / "_proto"
    common = Path(status_pb2.__file__).parents[2]
    return [f"--proto_path={folder}" for folder in (PROTOS, well_known, common)]


def run(command: list[str], advice: str) -> None:
    """Run a program.

    Raises:
        Refused: It ended with an error.
    """
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        message = f"{ended.stdout}{ended.stderr}{advice}"
        raise Refused(message)


def protoc(*arguments: str) -> None:
    """Run protoc on the contract."""
    command = [sys.executable, "-m", "grpc_tools.protoc", *includes(), *arguments, CONTRACT]
    run(command, f"protoc refused {CONTRACT}")


def generate(folder: Path) -> None:
    """Write the stubs, and their types, below a folder."""
    protoc(
        f"--plugin=protoc-gen-mypy={tool('protoc-gen-mypy')}",
        f"--plugin=protoc-gen-mypy_grpc={tool('protoc-gen-mypy_grpc')}",
        *(f"--{kind}_out={folder}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")),
    )


def describe(image: Path, *more: str) -> None:
    """Write the contract and its imports as a descriptor set."""
    protoc(f"--descriptor_set_out={image}", "--include_imports", *more)


def stub_paths() -> list[str]:
    """Return the paths of the stubs, relative to the folder of the contract's root."""
    stem = CONTRACT.removesuffix(".proto")
    return [stem + ending for ending in ENDINGS]


def check_stubs(folder: Path) -> None:
    """Compare the stubs beside the contract with fresh ones.

    Raises:
        Refused: They differ.
    """
    generate(folder)
    _, different, missing = filecmp.cmpfiles(PROTOS, folder, stub_paths(), shallow=False)
    if different or missing:
        message = f"not current: {', '.join(different + missing)}; run: make protos"
        raise Refused(message)


def check_contract(folder: Path) -> None:
    """Lint the contract, and compare it with the baseline.

    Raises:
        Refused: buf has something to say.
    """
    image = folder / "image.binpb"
    describe(image, "--include_source_info")  # comments are linted, too
    common = ["--config", str(BUF_CONFIG), "--path", CONTRACT]
    run([tool("buf"), "lint", str(image), *common], f"buf lint refused {CONTRACT}")
    run(
        [tool("buf"), "breaking", str(image), "--against", str(BASELINE), *common],
        f"{CONTRACT} would break callers of {BASELINE.name}",
    )


def act(arguments: argparse.Namespace) -> str:
    """Do what was asked for, and return what was done."""
    if arguments.baseline:
        describe(BASELINE)
        return f"wrote {BASELINE.name}"
    if not arguments.check:
        generate(PROTOS)
        return "wrote " + ", ".join(stub_paths())
    with tempfile.TemporaryDirectory() as folder:
        check_stubs(Path(folder))
        check_contract(Path(folder))
    return "the stubs are current, and the contract is sound"


def main() -> int:
    """Read the arguments, and tell the outcome."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="write nothing; fail if something is wrong")
    choice.add_argument("--baseline", action="store_true", help="make the baseline anew")
    try:
        print(act(parser.parse_args()))
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
