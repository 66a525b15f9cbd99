// Asks the server in this container whether it is ready; ends with 1 when it is not. THV_REGISTRY_INTERNAL_ADDRESS says where.
const [, host, port] = /^(.*):(\d+)$/.exec(process.env.THV_REGISTRY_INTERNAL_ADDRESS || ':8081') ?? [];
const url = `http://${host || '127.0.0.1'}:${port}/readiness`;
const isReady = await fetch(url, { signal: AbortSignal.timeout(4000) }).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = isReady ? 0 : 1;
