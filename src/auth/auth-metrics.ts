import { metrics, type Counter } from '@opentelemetry/api';
import { SCOPES } from '../telemetry/scopes.js';
import type { RefusalReason } from './tokens/refusal.js';

/** What came of the check of a token: it was good, was refused for a reason, or was missing. */
export type AuthOutcome = 'accepted' | 'no token' | RefusalReason;

let tokens: Counter | undefined;

// Made at the first token: by then telemetry has been started, or it never will be and this does nothing.
function tokenCounter(): Counter {
  tokens ??= metrics.getMeter(SCOPES.auth).createCounter('stacklok.registry.auth.tokens', {
    description: 'Checks of tokens by provider and reason',
    unit: '{token}',
  });
  return tokens;
}

const outcomeOf = (reason: AuthOutcome): string => {
  if (reason === 'accepted') return 'accepted';
  return reason === 'provider unreachable' ? 'unavailable' : 'refused';
};

/**
 * Counts a request that needed a token.
 * @param provider - name of the one that decided; empty when none was asked
 */
export function countToken(provider: string, reason: AuthOutcome): void {
  tokenCounter().add(1, { provider, outcome: outcomeOf(reason), reason });
}
