"""A server that loses its cluster: begins one, kills a part of it, and writes what is left and is told."""

from __future__ import annotations

import logging
import sys
import time

import psutil

from tests.unit.service.engine.hosted.engines import CLUSTER, PATIENCE, on_ray


def tell(usable: bool) -> None:  # noqa: FBT001  what a listener is told
    """Write whether the models can be used."""
    sys.stdout.write("usable\n" if usable else "unusable\n")
    sys.stdout.flush()


def main(lost: str) -> None:
    """Wait to be ended."""
    logging.basicConfig(level=logging.INFO)
    CLUSTER.prepare()
    from service.engine import ray  # noqa: PLC0415  it must be prepared before

    ray._SILENCE_SECONDS, ray._LOST_SECONDS = 2.0, 2.0
    with on_ray(name="lost", least=1, most=1) as begun:
        begun.engine._tell = tell
        tell(begun.process() > 0)
        of_ray = psutil.Process().children(recursive=True)
        sys.stdout.writelines(f"{process.pid}\n" for process in of_ray if process.name() != lost)
        sys.stdout.flush()
        for process in of_ray:
            if process.name() == lost:
                process.kill()
        time.sleep(PATIENCE)


if __name__ == "__main__":
    main(*sys.argv[1:])
