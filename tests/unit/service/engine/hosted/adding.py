"""What stands for another machine: a node of Ray with one core, which ends with its standard input.

``ray start`` does not join a cluster that listens on the loopback address, so this asks what it is made of.
"""

from __future__ import annotations

import sys


def main(address: str, folder: str) -> None:
    """Join the cluster at an address, with files in its folder."""
    from ray._private.node import Node  # noqa: PLC0415  an extra, which need not be installed
    from ray._private.parameter import RayParams  # noqa: PLC0415

    asked = RayParams(
        gcs_address=address,
        node_ip_address="127.0.0.1",
        num_cpus=1,
        object_store_memory=100 * 2**20,
        include_log_monitor=False,
        temp_dir=folder,
    )
    node = Node(asked, head=False, shutdown_at_exit=True, spawn_reaper=True)
    sys.stdin.read()
    node.kill_all_processes(check_alive=False, allow_graceful=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
