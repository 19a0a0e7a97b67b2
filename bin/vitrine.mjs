#!/usr/bin/env node
// The `vitrine` binary: installs and builds what is missing, then runs trainer/cli.ts on the right Node. Plain JavaScript, any Node >= 18.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildMissingKernels } from './build.mjs';
import { childEnvironment, ensureInstalled, nodePath, root } from './install.mjs';

ensureInstalled();
buildMissingKernels();
const cli = join(root, 'trainer', 'cli.ts');
const flags = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types'];
const child = spawn(nodePath(), [...flags, cli, ...process.argv.slice(2)], { stdio: 'inherit', env: childEnvironment() });

// The terminal sends Ctrl-C to the whole group and the verb ends itself; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
