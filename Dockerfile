# An outline of a deployment: not built by the project's own checks, which run where no container engine does.
FROM rust:1.95-bookworm AS build
# npm brings wasm-opt.
COPY --from=node:22-bookworm-slim /usr/local/ /usr/local/
WORKDIR /source
COPY . .
RUN cargo xtask build --release

FROM debian:bookworm-slim
RUN useradd --system --create-home --home-dir /app app
WORKDIR /app
COPY --from=build /source/target/release/server /source/Leptos.toml ./
# An image holds the scripts of its own release alone. Pages that were opened before an update find theirs if the old and the new
# image serve side by side for a while, or if target/site lies on a volume to which each release is copied.
COPY --from=build /source/target/site target/site
RUN mkdir data && chown app data
USER app
ENV FARM_SITE_ADDR=0.0.0.0:3000 FARM_LOG_FORMAT=json
EXPOSE 3000
VOLUME /app/data
# `migrate` waits for nobody else and changes nothing when there is nothing to change.
CMD ["sh", "-c", "./server migrate && exec ./server serve"]
