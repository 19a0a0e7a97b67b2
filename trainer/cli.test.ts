import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const cli = join(import.meta.dirname, 'cli.ts');
const flags = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types'];
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-cli-'));
});
afterAll(() => rmSync(root, { recursive: true }));

function vitrine(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, cli, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

describe('vitrine', () => {
  test('--help lists every verb', () => {
    const { status, stdout } = vitrine('--help');
    expect(status).toBe(0);
    for (const verb of [
      'import',
      'simulate',
      'data',
      'features',
      'train',
      'evaluate',
      'tune',
      'import-model',
      'publish',
      'delta',
      'pull',
      'log',
      'skew',
      'events',
      'users',
      'start',
      'bench',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
    }
  });

  test('simulate, then data: JSON is the last line of standard output, and the only one', () => {
    const out = join(root, 'shop');
    const made = vitrine('simulate', '--out', out, '--items', '60', '--visitors', '40', '--days', '7', '--json');
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ items: 60, rejected: 0, out });
    const shown = vitrine('data', out, '--json');
    expect(JSON.parse(shown.last)).toMatchObject({
      items: 60,
      sha256: JSON.parse(made.last).sha256,
      byType: { click: expect.any(Number) },
    });
    expect(vitrine('data', out).stdout).toMatch(/events: impression/);
  });

  test('import of files with a mapping', () => {
    const file = join(root, 'log.csv');
    writeFileSync(file, 'who,what,when\nu,a,2020-01-01\nu,b,never\n');
    const { status, last } = vitrine(
      'import',
      '--events',
      file,
      '--map',
      'user=who',
      'item=what,time=when',
      '--out',
      join(root, 'd'),
      '--json',
    );
    expect(status).toBe(0);
    expect(JSON.parse(last)).toMatchObject({ items: 1, events: 1, rejected: 1, rejectedByCode: { 'bad-time': 1 } });
  });

  test('a signal ends a simulation and leaves nothing behind', async () => {
    const args = ['simulate', '--out', join(root, 'slow'), '--visitors', '100000', '--days', '365'];
    const child = spawn(process.execPath, [...flags, cli, ...args], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const left = () => readdirSync(root).filter((name) => name.includes('slow'));
    while (left().length === 0) await setTimeout(20);
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(left()).toEqual([]);
  });

  test.each([
    ['an unknown verb', ['fly'], 2, /unknown command 'fly'/],
    ['an unknown option', ['import', '--out', 'x', '--speed', '9'], 2, /unknown option '--speed'/],
    ['a missing option', ['simulate'], 2, /required option '--out <dir>' not specified/],
    ['a number that is none', ['simulate', '--out', 'x', '--seed', 'many'], 2, /whole number/],
    [
      'a missing directory',
      ['import', '--in', '/nowhere/at/all', '--out', 'x'],
      2,
      /\/nowhere\/at\/all: no such file or directory/,
    ],
    ['a directory that is no data set', ['data', tmpdir()], 2, /is not a data set.*\n.*vitrine import/],
    ['a benchmark without its option', ['bench', 'topn', '--train', 'x'], 2, /required option '--test <file>' not specified/],
    ['a file that is missing', ['bench', 'sequence', '--data', '/nowhere'], 2, /Cannot read \/nowhere/],
    ['an unknown benchmark', ['bench', 'sleep'], 2, /No benchmark "sleep"[\s\S]*rerank[\s\S]*recommend[\s\S]*scan/],
  ])('%s: a message on standard error, exit code %s', (_, args, code, message) => {
    const { status, stdout, stderr } = vitrine(...args);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  test('a failure with --json is JSON too, and nothing but bad rows is exit code 1', () => {
    const file = join(root, 'bad.csv');
    writeFileSync(file, 'user,item,time\nu,a,never\n');
    const { status, last, stderr } = vitrine('import', '--events', file, '--out', join(root, 'none'), '--json');
    expect(status).toBe(1);
    expect(JSON.parse(last)).toMatchObject({
      error: { code: 'no-data', message: expect.stringContaining('Nothing was imported') },
    });
    expect(stderr).toMatch(/bad\.csv:2: time is not a time: never/);
  });
});
