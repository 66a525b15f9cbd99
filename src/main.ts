#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { limitYoungGeneration } from './cli/young-generation.js';

limitYoungGeneration();

// Compiled code is kept in the temporary folder, which spares later starts a quarter of their time.
enableCompileCache();
const { runCli } = await import('./cli/program.js');

/** How long what a command left open may keep the process, in milliseconds. */
const EXIT_LIMIT_MS = 500;

const { stdin, stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), { stdin, stdout, stderr, environment: env });
setTimeout(() => process.exit(), EXIT_LIMIT_MS).unref();
