# Peerwatch, all roles: `docker run peerwatch peer …`. Needs no BuildKit.
FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY . .
# only what npm reads, so that a change of sources leaves the next stage in the cache
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM node:24-bookworm-slim AS install
WORKDIR /app
COPY --from=manifests /app ./
# native modules bring their binaries: those of other systems are dropped
RUN npm ci --omit=dev --ignore-scripts --workspace packages/cli \
  && find node_modules -path '*/prebuilds/*' -prune ! -name "linux-$(node -p process.arch)*" -exec rm -rf {} + \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.md' \) -delete

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/app/.compiled \
  PEERWATCH_NETWORK=/network \
  PEERWATCH_DATA=/data \
  PEERWATCH_LOG=-
WORKDIR /app
COPY --from=install /app/node_modules node_modules
COPY package.json ./
COPY packages packages
# an empty volume takes over owner and mode of what it hides
RUN ln -s /app/packages/cli/bin/peerwatch.js /usr/local/bin/peerwatch \
  && install -d -o 1000 -g 1000 -m 700 /data \
  && install -d -o 1000 -g 1000 .compiled
USER 1000:1000
# compiled once, here: the cache is read-only in a container, and one per user id
RUN node --input-type=module -e "for (const name of ['program', 'run-node', 'api-client']) await import('/app/packages/cli/src/' + name + '.ts')" \
  && peerwatch --version
ENTRYPOINT ["peerwatch"]
CMD ["--help"]
