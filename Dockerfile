# syntax=docker/dockerfile:1

# A change of the code fetches no weights anew: they are made of the lists below and of models/ alone.
FROM python:3.11-slim-bookworm AS requirements
COPY pyproject.toml /
RUN python -c "import tomllib; print(*tomllib.load(open('/pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
    > /requirements.txt

FROM python:3.11-slim-bookworm AS dependencies
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/newsweave
ENV PATH=/opt/newsweave/bin:$PATH
COPY --from=requirements /requirements.txt ./
# A builder may name where builds for plain CPUs are, which are a tenth of the size: pip reads this itself.
ARG PIP_EXTRA_INDEX_URL
RUN pip install -r requirements.txt

# The weights are checked against their digests when they are fetched, and again when they are loaded.
FROM dependencies AS weights
COPY models/*.py models/
COPY models/manifests models/manifests
COPY models/adapters models/adapters
# Those that the settings name.
ENV MODELS="newsweave-encoder-1 newsweave-drafter-2"
RUN python -c "import os; from pathlib import Path; from models import fetch, manifest; to = Path('/weights'); \
[fetch.fetch(manifest.load(name), to, print) for name in os.environ['MODELS'].split()]; fetch.clear_downloads(to)"

FROM dependencies AS build
COPY pyproject.toml README.md LICENSE ./
COPY protos protos
COPY service service
COPY models models
RUN pip install --no-deps .

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="newsweave" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 newsweave \
    && useradd --system --uid 10001 --gid newsweave --no-create-home --shell /usr/sbin/nologin newsweave
# Weights change seldom and are large, the code changes often and is small: so they are layers of their own.
COPY --from=weights --chown=root:root /weights /var/lib/newsweave/weights
COPY --from=build --chown=root:root /opt/newsweave /opt/newsweave
ENV PATH=/opt/newsweave/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    NEWSWEAVE_ADDRESS=0.0.0.0:50051 \
    NEWSWEAVE_METRICS_ADDRESS=0.0.0.0:9464 \
    NEWSWEAVE_WEIGHTS_DIR=/var/lib/newsweave/weights
USER 10001:10001
EXPOSE 50051 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9464/livez', timeout=4)"]
ENTRYPOINT ["newsweave"]
CMD ["serve"]
