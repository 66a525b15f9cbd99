import { Injectable } from '@nestjs/common';
import { AuthSettings } from '../auth/auth-settings.js';
import type { Caller } from '../auth/caller.js';
import { JsonBytes } from '../common/http/json-bytes.js';
import { Catalog } from './catalog.js';

/** How many questions are remembered before all are forgotten, and how long their URLs may be. */
const MAX_REMEMBERED = 10_000;
const MAX_URL_LENGTH = 500;

/** What an answer of the consumer API depends on besides its request and caller; compared by identity. */
export interface Moment {
  readonly content: object;
  readonly rules: object;
}

/** An answer that was given before, to the same question of the same caller. */
export interface RecalledAnswer {
  readonly body: JsonBytes;
  /** Whether every caller that may read the registry sees the same. */
  readonly isShared: boolean;
}

interface RememberedQuestion {
  /** Of the answer in the page cache, which alone decides how long answers are kept. */
  readonly pageKey: string;
  readonly isShared: boolean;
}

type Questions = Map<string, RememberedQuestion>;

/**
 * Remembers which page of the cache answered a URL for a caller, so that the same question need not be routed, guarded and
 * taken apart again. It has no answers of its own: what it gives is what a handler gave, and it forgets everything as soon
 * as the catalogue or the `auth` block is another one.
 */
@Injectable()
export class AnswerRecall {
  #moment: Moment = { content: {}, rules: {} };
  #count = 0;
  #ofNobody: Questions = new Map();
  #ofCallers = new WeakMap<Caller, Questions>();

  constructor(
    private readonly catalog: Catalog,
    private readonly auth: AuthSettings,
  ) {}

  /** What answers depend on now; to be asked before an answer is made. */
  moment(): Moment {
    const { content } = this.catalog;
    const rules = this.auth.config;
    if (this.#moment.content !== content || this.#moment.rules !== rules) {
      this.#moment = { content, rules };
      this.#forget();
    }
    return this.#moment;
  }

  /** The answer to that URL for that caller, if it was given before and nothing has changed since. */
  find(caller: Caller | undefined, url: string): RecalledAnswer | undefined {
    this.moment();
    const questions = caller ? this.#ofCallers.get(caller) : this.#ofNobody;
    const question = questions?.get(url);
    const answer = question && this.catalog.pages.find(question.pageKey);
    return answer && { body: answer.body, isShared: question.isShared };
  }

  /**
   * Remembers the answer to a URL.
   * @param moment - of the time before the answer was made; when it has passed, nothing is remembered
   */
  remember(moment: Moment, caller: Caller | undefined, url: string, { body, isShared }: RecalledAnswer): void {
    const pageKey = this.catalog.pages.keyOf(body);
    if (pageKey === undefined || url.length > MAX_URL_LENGTH || moment !== this.moment()) return;
    if (this.#count >= MAX_REMEMBERED) this.#forget();
    const questions = this.#questionsOf(caller);
    if (!questions.has(url)) this.#count++;
    questions.set(url, { pageKey, isShared });
  }

  #questionsOf(caller: Caller | undefined): Questions {
    if (!caller) return this.#ofNobody;
    let questions = this.#ofCallers.get(caller);
    if (!questions) {
      questions = new Map();
      this.#ofCallers.set(caller, questions);
    }
    return questions;
  }

  #forget(): void {
    this.#count = 0;
    this.#ofNobody = new Map();
    this.#ofCallers = new WeakMap();
  }
}
