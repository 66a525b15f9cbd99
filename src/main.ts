#!/usr/bin/env node
import * as modules from 'node:module';
import { findUnfitNode } from './cli/node-version.js';
import { limitYoungGeneration } from './cli/young-generation.js';

// Before anything is loaded that an older Node.js cannot load, which would be answered by a stack trace.
const unfit = findUnfitNode(process.versions.node);
if (unfit !== undefined) {
  process.stderr.write(`Error: ${unfit}\n`);
  process.exit(1);
}

limitYoungGeneration();

// Compiled code is kept in the temporary folder, which spares later starts a quarter of their time.
modules.enableCompileCache();
const { createProcessContext } = await import('./cli/process-context.js');
const { runCli } = await import('./cli/program.js');

/** How long what a command left open may keep the process, in milliseconds. */
const EXIT_LIMIT_MS = 500;

process.exitCode = await runCli(process.argv.slice(2), createProcessContext(process));
setTimeout(() => process.exit(), EXIT_LIMIT_MS).unref();
