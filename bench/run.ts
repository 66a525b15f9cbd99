// npm run bench -- [--servers N] [--rounds R] [--seconds S]
// Measures the built program: its reads against bare handlers that send the same bytes, in one run, as ratios; its passes,
// starts, memory and event loop as they are.
import { parseArgs } from 'node:util';
import { Report } from './lib/report.ts';
import { Stage } from './lib/stage.ts';
import { measurePasses } from './passes.ts';
import { measureReads } from './reads.ts';
import { measureReplicas } from './replicas.ts';
import { measureVariants } from './variants.ts';

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
  },
});
const effort = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
const report = new Report();
const stage = await Stage.set(Number(values.servers));
try {
  await measurePasses(stage, report);
  await measureReads(stage, report, effort);
  await measureVariants(stage, report, effort);
  await measureReplicas(stage, report);
} finally {
  await stage.strike();
}
await report.print(stage.servers);
