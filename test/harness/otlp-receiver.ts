import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { readFields, type ProtobufField } from './protobuf-reader.js';

/** A span as a collector gets it; attributes of the types string, bool, int and double. */
export interface ReceivedSpan {
  readonly scope: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly events: readonly string[];
  /** The spans that this one is linked to. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

const of = (fields: readonly ProtobufField[], number: number): Buffer[] =>
  fields.flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : []));
const first = (fields: readonly ProtobufField[], number: number): Buffer => of(fields, number)[0] ?? Buffer.alloc(0);
const integer = (fields: readonly ProtobufField[], number: number): number => {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? Number(value) : 0;
};

/** The numbers of the fields are those of `opentelemetry/proto/common/v1/common.proto`: AnyValue. */
function anyValue(bytes: Buffer): unknown {
  const [field] = readFields(bytes);
  switch (field?.number) {
    case 1:
      return String(field.value);
    case 2:
      return field.value === 1n;
    case 3:
      return Number(field.value);
    case 4:
      return Buffer.isBuffer(field.value) ? field.value.readDoubleLE() : undefined;
    default:
      return undefined;
  }
}

function attributes(pairs: readonly Buffer[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const fields = readFields(pair);
      return [first(fields, 1).toString(), anyValue(first(fields, 2))];
    }),
  );
}

/** `opentelemetry/proto/trace/v1/trace.proto`: Span. */
function toSpan(bytes: Buffer, scope: string, resource: Record<string, unknown>): ReceivedSpan {
  const fields = readFields(bytes);
  return {
    scope,
    resource,
    traceId: first(fields, 1).toString('hex'),
    spanId: first(fields, 2).toString('hex'),
    parentSpanId: first(fields, 4).toString('hex'),
    name: first(fields, 5).toString(),
    kind: integer(fields, 6),
    attributes: attributes(of(fields, 9)),
    events: of(fields, 11).map((event) => first(readFields(event), 2).toString()),
    links: of(fields, 13).map((link) => ({
      traceId: first(readFields(link), 1).toString('hex'),
      spanId: first(readFields(link), 2).toString('hex'),
    })),
    status: integer(readFields(first(fields, 15)), 3),
  };
}

/** ExportTraceServiceRequest: resources, in them scopes, in them spans. */
function decodeSpans(body: Buffer): ReceivedSpan[] {
  return of(readFields(body), 1).flatMap((resourceSpans) => {
    const members = readFields(resourceSpans);
    const resource = attributes(of(readFields(first(members, 1)), 1));
    return of(members, 2).flatMap((scopeSpans) => {
      const scoped = readFields(scopeSpans);
      const scope = first(readFields(first(scoped, 1)), 1).toString();
      return of(scoped, 2).map((span) => toSpan(span, scope, resource));
    });
  });
}

/** ExportMetricsServiceRequest: the names of the metrics in it. */
function decodeMetricNames(body: Buffer): string[] {
  return of(readFields(body), 1)
    .flatMap((resource) => of(readFields(resource), 2))
    .flatMap((scope) => of(readFields(scope), 2))
    .map((metric) => first(readFields(metric), 1).toString());
}

/** A collector on loopback that decodes OTLP/HTTP in protobuf. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly metricNames = new Set<string>();
  /** Of every export. */
  readonly headers: IncomingHttpHeaders[] = [];
  /** What came in a form that the protocol does not have. */
  readonly complaints: string[] = [];
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** `host:port`, as `telemetry.endpoint` wants it. */
  get endpoint(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.headers.push(request.headers);
    this.#take(request.url ?? '', request.headers['content-type'], await buffer(request));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }

  #take(path: string, type: string | undefined, body: Buffer): void {
    if (type !== 'application/x-protobuf') this.complaints.push(`${path} has the type ${type}`);
    try {
      if (path === '/v1/traces') this.spans.push(...decodeSpans(body));
      else if (path === '/v1/metrics') for (const name of decodeMetricNames(body)) this.metricNames.add(name);
      else this.complaints.push(`unknown path ${path}`);
    } catch (error) {
      this.complaints.push(String(error));
    }
  }
}
