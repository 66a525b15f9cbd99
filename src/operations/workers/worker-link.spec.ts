import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupMetrics } from './group-metrics.js';
import type { FromWorker, ToWorker } from './messages.js';
import { WorkerLink } from './worker-link.js';

describe('WorkerLink', () => {
  let said: FromWorker[];
  let tell: (message: ToWorker) => void;
  const channel = {
    send: (message: FromWorker) => void said.push(message),
    onMessage: (listener: (message: ToWorker) => void) => void (tell = listener),
    release: vi.fn(),
  };
  const open = async (welcome: ToWorker = { type: 'welcome' }): Promise<WorkerLink> => {
    const opening = WorkerLink.open(channel);
    tell(welcome);
    return opening;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    said = [];
  });
  afterEach(() => vi.useRealTimers());

  it('says hello and takes what it is given', async () => {
    const embedded = { host: '127.0.0.1', port: 1, user: 'u', password: 'p', database: 'd' };

    const link = await open({ type: 'welcome', embedded });

    expect(said).toEqual([{ type: 'hello' }]);
    expect(link.embedded).toEqual(embedded);
  });

  it('knows how the group fares', async () => {
    const link = await open();
    expect(link.state.hasStarted).toBe(false);

    tell({ type: 'group', state: { hasStarted: true, away: [2], degraded: [] } });

    expect(link.state).toEqual({ hasStarted: true, away: [2], degraded: [] });
  });

  it('reports what is down when that changes', async () => {
    const link = await open();
    let down: string[] = [];
    const end = link.reportDegraded(() => down);
    vi.advanceTimersByTime(2_000);
    down = ['audit log'];
    vi.advanceTimersByTime(2_000);
    down = [];
    vi.advanceTimersByTime(2_000);
    end();

    expect(said.slice(1)).toEqual([
      { type: 'degraded', names: ['audit log'] },
      { type: 'degraded', names: [] },
    ]);
  });

  it('answers with its metrics', async () => {
    const link = await open();
    link.expose({ scrape: async () => 'up 1\n' });

    tell({ type: 'collect', id: 4 });

    await vi.waitFor(() => expect(said.at(-1)).toEqual({ type: 'exposition', id: 4, text: 'up 1\n' }));
  });

  it('waits for the others after a write, and has the worker catch up with theirs', async () => {
    const link = await open();
    const announced = link.announce();
    expect(said.at(-1)).toEqual({ type: 'announce', id: 1 });
    tell({ type: 'all-caught-up', id: 1 });
    await announced;

    let caughtUp = 0;
    link.onCatchUp(async () => void caughtUp++);
    tell({ type: 'catch-up', id: 9 });

    await vi.waitFor(() => expect(said.at(-1)).toEqual({ type: 'caught-up', id: 9 }));
    expect(caughtUp).toBe(1);
  });

  it('gives a scrape the metrics of all', async () => {
    const link = await open();
    const metrics = new GroupMetrics(1, { scrape: async () => 'up 1\n' }, () => link.scrapeOthers());
    const scraped = metrics.scrape();
    expect(said.at(-1)).toEqual({ type: 'scrape', id: 1 });

    tell({ type: 'expositions', id: 1, texts: { 2: 'up 0\n' } });

    expect(await scraped).toBe('up{worker="1"} 1\nup{worker="2"} 0\n');
  });
});
