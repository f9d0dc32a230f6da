"""Another server: joins the cluster at an address, uses the replicas of an application once, and leaves."""

from __future__ import annotations

import sys

from tests.unit.service.engine.hosted.engines import on_ray


def main(address: str, name: str) -> None:
    """Write which process answered."""
    with on_ray(name=name, address=address) as begun:
        sys.stdout.write(f"process {begun.process()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
