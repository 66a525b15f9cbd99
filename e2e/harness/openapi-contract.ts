import formatsPlugin from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer } from './server.js';

/** A schema of the document, its references made absolute. */
export type Schema = Readonly<Record<string, any>>;

/** One operation of the document. */
export interface Operation {
  /** Lower case. */
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Schema;
  }[];
  /** Whether a token has to be sent in OAuth mode. */
  readonly needsToken: boolean;
  /** Schema of the JSON body, where it takes one. */
  readonly body: Schema | undefined;
  /** Status to the schema of the JSON answer; null for answers without a body. */
  readonly answers: ReadonlyMap<number, Schema | null>;
  /** Examples of parameters, bodies and answers, with the schema that each has to obey. */
  readonly examples: readonly { readonly where: string; readonly schema: Schema; readonly value: unknown }[];
}

const DOCUMENT = 'api';

function readExamples(where: string, media: any): Operation['examples'] {
  if (!media?.schema) return [];
  const named = Object.entries<any>(media.examples ?? {}).map(([name, { value }]) => [name, value]);
  const all = media.example === undefined ? named : [['example', media.example], ...named];
  return all.map(([name, value]) => ({ where: `${where} ${name}`, schema: media.schema, value }));
}

function readOperation(path: string, method: string, operation: any, security: unknown[]): Operation {
  const where = `${method} ${path}`;
  const body = operation.requestBody?.content['application/json'];
  const answers = Object.entries<any>(operation.responses).map(([status, answer]) => ({
    status: Number(status),
    media: answer.content?.['application/json'],
  }));
  return {
    method,
    path,
    parameters: operation.parameters ?? [],
    needsToken: (operation.security ?? security).length > 0,
    body: body?.schema,
    answers: new Map(answers.map(({ status, media }) => [status, media?.schema ?? null])),
    examples: [
      ...(operation.parameters ?? []).flatMap((parameter: any) =>
        readExamples(`${where} ${parameter.name}`, parameter),
      ),
      ...readExamples(`${where} body`, body),
      ...answers.flatMap(({ status, media }) => readExamples(`${where} ${status}`, media)),
    ],
  };
}

/** The published document as something that requests, answers and its own examples can be held against. */
export class OpenApiContract {
  readonly #ajv = formatsPlugin.default(
    new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, keywords: ['components', 'example'] }),
  );
  readonly #compiled = new Map<Schema, ValidateFunction>();
  readonly #document: any;

  /** @param document - as served; its schemas have to be JSON Schema 2020-12 without unknown keywords */
  constructor(document: unknown) {
    const absolute = JSON.stringify(document).replaceAll('"#/components/', `"${DOCUMENT}#/components/`);
    this.#document = JSON.parse(absolute);
    this.#ajv.addSchema({ components: this.#document.components }, DOCUMENT);
  }

  get schemas(): ReadonlyMap<string, Schema> {
    return new Map(Object.entries(this.#document.components.schemas));
  }

  get operations(): readonly Operation[] {
    return Object.entries<any>(this.#document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) =>
        readOperation(path, method, operation, this.#document.security),
      ),
    );
  }

  /** The schema that a reference leads to, also one that stands in `allOf` beside a description. */
  resolve(schema: Schema): Schema {
    const reference = schema['$ref'] ?? schema['allOf']?.[0]['$ref'] ?? '';
    const name = /^api#\/components\/schemas\/(.+)$/.exec(reference)?.[1];
    return name === undefined ? schema : this.resolve(this.#document.components.schemas[name]);
  }

  /** What is wrong with a value, or undefined. */
  findProblem(schema: Schema, value: unknown): string | undefined {
    let validate = this.#compiled.get(schema);
    if (!validate) this.#compiled.set(schema, (validate = this.#ajv.compile(schema)));
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors);
  }

  /** What is wrong with an answer: a status that is not documented, or a body that is not as documented; or undefined. */
  findAnswerProblem({ answers }: Operation, { status, headers, json, text }: Answer): string | undefined {
    const schema = answers.get(status);
    if (schema === undefined) return `status ${status} is not documented: ${text.slice(0, 200)}`;
    if (schema === null) return text === '' ? undefined : `status ${status} has a body that is not documented: ${text}`;
    if (headers['content-type'] !== 'application/json') return `status ${status} is ${headers['content-type']}`;
    const problem = this.findProblem(schema, json);
    return problem && `status ${status}: ${problem} in ${text.slice(0, 300)}`;
  }
}
