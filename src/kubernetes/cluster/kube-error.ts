import { isJsonObject, textOf } from '../../common/json-object.js';

/** The API server refused a request; the message is what it said. */
export class KubeApiError extends Error {
  /** @param status - HTTP status, also of errors that come inside a watch */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'KubeApiError';
  }

  /** Makes an error of a `Status` object, or of whatever else came in its place. */
  static of(status: number, body: unknown): KubeApiError {
    const message = isJsonObject(body) ? textOf(body.message) : '';
    const code = isJsonObject(body) && typeof body.code === 'number' ? body.code : status;
    return new KubeApiError(code, message || `the API server answered with status ${status}`);
  }
}

/** The API server could not be reached, or did not answer in time; the message says which. */
export class KubeUnreachableError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'KubeUnreachableError';
  }
}
