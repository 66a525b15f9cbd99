import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UnavailableError } from '../common/errors.js';
import { acceptedCoding } from '../common/http/content-negotiation.js';
import type { MetricsSource } from '../telemetry/telemetry-handle.js';

const compress = promisify(gzip);
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** More scrapes at once are refused (telemetry spec 4.1). */
const MAX_SCRAPES = 2;

/** Injection token of the metrics' {@link MetricsSource}. */
export const METRICS_SOURCE = Symbol('METRICS_SOURCE');

/** The Prometheus endpoint, on the internal listener only and only when metrics are on. */
@Controller('metrics')
export class MetricsController {
  #scrapes = 0;

  constructor(@Inject(METRICS_SOURCE) private readonly source: MetricsSource) {}

  @All()
  async scrape(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (this.#scrapes >= MAX_SCRAPES) throw new UnavailableError('too many scrapes at once');
    this.#scrapes++;
    try {
      await this.answer(request, response);
    } finally {
      this.#scrapes--;
    }
  }

  private async answer(request: Request, response: Response): Promise<void> {
    let body = Buffer.from(await this.source.scrape());
    response.setHeader('Content-Type', CONTENT_TYPE);
    if (acceptedCoding(request.headers['accept-encoding']) === 'gzip') {
      body = await compress(body);
      response.setHeader('Content-Encoding', 'gzip');
    }
    response.setHeader('Content-Length', body.length);
    response.end(body);
  }
}
