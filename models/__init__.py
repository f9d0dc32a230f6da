"""Everything that loads or runs a neural network, and nothing else.

    manifest    where a model comes from, how it is prompted and what it may take
    store       fetched files on disk: verified, or refused
    fetch       manifest -> files in the store; the only module that uses the network
    convert     weights of other formats -> safetensors
    loading     files -> a transformers model, strictly
    encoder     sentences -> unit vectors
    drafter     sentences that state one claim -> one sentence (with prompt and decoding)
    lookup      several drafts at once, with words guessed from their sources
    attention   rows of any lengths in one sequence, each of which sees itself only

Nothing here knows the service. Importing ``manifest``, ``store`` or ``fetch`` does not import torch.
"""

import os
from pathlib import Path

# torch wants a folder for what it compiles as soon as it is imported, and makes one where it can write: on a
# disk that is full or read-only it fails. Nothing is compiled here, and a folder that is there will do.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Path(__file__).parent))
