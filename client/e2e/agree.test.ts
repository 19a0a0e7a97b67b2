import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreeSettings, disagreements, drawCase, streamed } from '../../shared/feature/agree.case.ts';
import { fromBase64 } from '../../shared/model/base64.ts';
import { type Database, openDatabase } from '../../trainer/adapter/duckdb.ts';
import { runDuckDb } from '../../trainer/feature/engine.case.ts';
import { createRandom } from '../../trainer/random.ts';
import type * as AgreePage from './agree.page.ts';
import { type PageModule, pageModule } from './page-module.ts';
import { type Visit, visits } from './visit.ts';

const { edge, open } = visits();
const { logs, seed, cases } = agreeSettings(process.env);

let database: Database;
let compute: PageModule<typeof AgreePage>;
beforeAll(async () => {
  database = await openDatabase();
  compute = await pageModule<typeof AgreePage>('agree.page.ts');
});
afterAll(() => database.close());

/** A page of its own without a client. */
async function blank(): Promise<Visit> {
  edge.release = undefined;
  return open({ script: '', rails: '' });
}

describe(`${logs} random logs under random definitions, seed ${seed}: the browser over IndexedDB`, () => {
  it.each(cases)('$stream: what streaming says in Node, and what SQL says', async ({ stream, logs }) => {
    const drawn = drawCase(createRandom(seed, stream), logs);
    const { page } = await blank();
    const bytes = fromBase64(await compute(page, 'computeCase', seed, stream, logs));
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    expect(disagreements(drawn, streamed(drawn), values).slice(0, 1)).toEqual([]);
    const width = drawn.definitions.length;
    const rows = Array.from({ length: values.length / width }, (_, q) => values.subarray(q * width, (q + 1) * width));
    const sql = await runDuckDb(database, drawn.definitions, drawn.logs);
    expect(disagreements(drawn, rows, sql.values).slice(0, 1)).toEqual([]);
  });
});
