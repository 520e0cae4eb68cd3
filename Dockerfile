FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/duban
# To read .doc, .wps, .rtf, .odt and .ods: apt-get install --no-install-recommends libreoffice-calc libreoffice-writer
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md alembic.ini ./
COPY app app
COPY migrations migrations
RUN pip install --no-deps --no-build-isolation --editable . \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/duban duban
USER 10001
ENV DUBAN_DATABASE_URL=sqlite:////var/lib/duban/duban.db DUBAN_STORAGE=/var/lib/duban/files
VOLUME /var/lib/duban
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import httpx; httpx.get('http://127.0.0.1:8000/readyz', timeout=4).raise_for_status()"]
# Tables are made by an explicit step: docker run … duban migrate
CMD ["duban", "serve", "--host", "0.0.0.0"]
