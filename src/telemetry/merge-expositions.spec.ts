import { describe, expect, it } from 'vitest';
import { mergeExpositions } from './merge-expositions.js';

const REQUESTS = '# HELP requests_total Requests\n# TYPE requests_total counter\n';

describe('mergeExpositions', () => {
  it('writes a family once, with the series of all', () => {
    const texts = new Map([
      ['1', `${REQUESTS}requests_total{code="200"} 3\nrequests_total{code="404"} 1\n`],
      ['2', `${REQUESTS}requests_total{code="200"} 4\n`],
    ]);

    expect(mergeExpositions('worker', texts)).toBe(
      `${REQUESTS}requests_total{worker="1",code="200"} 3\nrequests_total{worker="1",code="404"} 1\n` +
        'requests_total{worker="2",code="200"} 4\n',
    );
  });

  it('keeps the series of a histogram together, and families that only some have', () => {
    const histogram = '# HELP t_seconds Time\n# TYPE t_seconds histogram\n';
    const texts = new Map([
      ['1', '# HELP only_first x\n# TYPE only_first gauge\nonly_first 1\n'],
      ['2', `${histogram}t_seconds_bucket{le="+Inf"} 2\nt_seconds_sum 0.5\nt_seconds_count 2\n`],
      ['3', `${histogram}t_seconds_bucket{le="+Inf"} 1\nt_seconds_sum 0.1\nt_seconds_count 1\n`],
    ]);

    expect(mergeExpositions('worker', texts)).toBe(
      '# HELP only_first x\n# TYPE only_first gauge\nonly_first{worker="1"} 1\n' +
        `${histogram}t_seconds_bucket{worker="2",le="+Inf"} 2\nt_seconds_sum{worker="2"} 0.5\nt_seconds_count{worker="2"} 2\n` +
        't_seconds_bucket{worker="3",le="+Inf"} 1\nt_seconds_sum{worker="3"} 0.1\nt_seconds_count{worker="3"} 1\n',
    );
  });

  it.each([
    ['up 1', 'up{worker="7"} 1'],
    ['up{} 1', 'up{worker="7"} 1'],
    [String.raw`up{text="a}\"b{"} 1 1700000000000`, String.raw`up{worker="7",text="a}\"b{"} 1 1700000000000`],
    ['up{a="1"} +Inf', 'up{worker="7",a="1"} +Inf'],
  ])('adds the label to %s', (line, labelled) => {
    expect(mergeExpositions('worker', new Map([['7', `${line}\n`]]))).toBe(`${labelled}\n`);
  });

  it('leaves other comments out', () => {
    expect(mergeExpositions('worker', new Map([['1', '# no registered metrics\n']]))).toBe('');
  });
});
