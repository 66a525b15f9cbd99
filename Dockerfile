# docker build --tag toolhive-registry-server:0.1.0 .
#
# Nothing in the tree is built for one platform, so an image for another one needs no emulation but for Debian's packages:
# docker buildx build --platform linux/amd64,linux/arm64 …
ARG NODE_IMAGE=node:24-trixie-slim

# The program.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json .swcrc ./
COPY scripts/write-build-info.mjs scripts/
COPY src src
ARG BUILD_VERSION
ARG BUILD_COMMIT
ARG BUILD_DATE
RUN node node_modules/@nestjs/cli/bin/nest.js build \
  && node scripts/write-build-info.mjs \
  && find dist -name '*.map' -delete \
  && chmod 755 dist/main.js

# What it needs when it runs. Optional packages are the embedded PostgreSQL, which has no place in a container; declarations
# and source maps are more than half of the rest.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

FROM ${NODE_IMAGE}
# git and ssh fetch sources; tini passes signals on before the program listens to them, and reaps what git leaves behind.
# The user is that of the Helm chart; it has a name because ssh asks for one. npm and yarn are not needed any more.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git openssh-client tini \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
    /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
  && echo 'registry:x:65535:' >> /etc/group \
  && echo 'registry:x:65535:65535::/home/registry:/usr/sbin/nologin' >> /etc/passwd \
  && install --directory --owner 65535 --group 65535 /home/registry \
  && ln -s /app/dist/main.js /usr/local/bin/thv-registry-api
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY scripts/healthcheck.mjs scripts/
COPY migrations migrations
COPY --from=build /app/build-info.json ./
COPY --from=build /app/dist dist
ENV NODE_ENV=production HOME=/home/registry
USER 65535:65535
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "scripts/healthcheck.mjs"]
ENTRYPOINT ["tini", "--", "thv-registry-api"]
ARG BUILD_VERSION
ARG BUILD_COMMIT
ARG BUILD_DATE
LABEL org.opencontainers.image.title="ToolHive Registry Server" \
  org.opencontainers.image.description="Governs which MCP servers, skills and plugins people and AI clients can see" \
  org.opencontainers.image.vendor="Stacklok" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.source="https://github.com/stacklok/toolhive-registry-server" \
  org.opencontainers.image.version="${BUILD_VERSION}" \
  org.opencontainers.image.revision="${BUILD_COMMIT}" \
  org.opencontainers.image.created="${BUILD_DATE}"
