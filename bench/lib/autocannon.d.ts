declare module 'autocannon' {
  interface Options {
    url: string;
    headers: Record<string, string>;
    duration: number;
    connections: number;
    pipelining: number;
  }
  interface Result {
    requests: { total: number };
    non2xx: number;
    errors: number;
    statusCodeStats?: Record<string, { count: number }>;
  }
  export default function autocannon(options: Options): Promise<Result>;
}
