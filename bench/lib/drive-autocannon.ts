// Drives one URL with autocannon, in a process of its own, and prints the result as JSON.
import autocannon from 'autocannon';

const { url, headers, seconds, connections } = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  headers: Record<string, string>;
  seconds: number;
  connections: number;
};
const result = await autocannon({ url, headers, duration: seconds, connections, pipelining: 1 });
process.stdout.write(
  JSON.stringify({
    requests: result.requests.total,
    failed: result.non2xx - (result.statusCodeStats?.['304']?.count ?? 0) + result.errors,
  }),
);
