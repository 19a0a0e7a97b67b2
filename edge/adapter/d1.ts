import type { ReleaseId } from '../../shared/contract/id.ts';
import type { TrafficPlan } from '../../shared/contract/traffic.ts';
import type { Registry } from '../port.ts';

interface PlanRow {
  body: string;
}
interface ReleaseRecord {
  release: string;
  items: number;
  bytes: number;
  created_ms: number;
}

/** The registry over D1 (registry/migration). */
export function d1Registry(database: D1Database): Registry {
  return {
    async plan(site) {
      const row = await database.prepare('SELECT body FROM plan WHERE site = ?1').bind(site).first<PlanRow>();
      return row ? (JSON.parse(row.body) as TrafficPlan) : undefined;
    },

    async swapPlan(expect, next, atMs) {
      const body = JSON.stringify(next);
      const swap =
        expect === 0
          ? database
              .prepare('INSERT INTO plan (site, version, body, changed_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (site) DO NOTHING')
              .bind(next.site, next.version, body, atMs)
          : database
              .prepare('UPDATE plan SET version = ?2, body = ?3, changed_ms = ?4 WHERE site = ?1 AND version = ?5')
              .bind(next.site, next.version, body, atMs, expect);
      // A batch is one transaction; changes() is of the statement before, so the loser of a race writes no audit row.
      const audit = database
        .prepare("INSERT INTO audit (site, at_ms, action, version, detail) SELECT ?1, ?2, 'plan', ?3, ?4 WHERE changes() = 1")
        .bind(next.site, atMs, next.version, body);
      const [swapped] = await database.batch([swap, audit]);
      return swapped?.meta.changes === 1;
    },

    async addRelease(site, row) {
      const insert = database
        .prepare(
          'INSERT INTO release (site, release, items, bytes, created_ms) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (site, release) DO NOTHING',
        )
        .bind(site, row.release, row.items, row.bytes, row.createdMs);
      const audit = database
        .prepare("INSERT INTO audit (site, at_ms, action, detail) SELECT ?1, ?2, 'release', ?3 WHERE changes() = 1")
        .bind(site, row.createdMs, row.release);
      await database.batch([insert, audit]);
    },

    async hasRelease(site, release) {
      const row = await database.prepare('SELECT 1 FROM release WHERE site = ?1 AND release = ?2').bind(site, release).first();
      return row !== null;
    },

    async releases(site) {
      const found = await database
        .prepare(
          'SELECT release, items, bytes, created_ms FROM release WHERE site = ?1 ORDER BY created_ms DESC, release LIMIT 100',
        )
        .bind(site)
        .all<ReleaseRecord>();
      return found.results.map((row) => ({
        release: row.release as ReleaseId,
        items: row.items,
        bytes: row.bytes,
        createdMs: row.created_ms,
      }));
    },

    async plans() {
      const found = await database.prepare('SELECT body FROM plan').all<PlanRow>();
      return found.results.map((row) => JSON.parse(row.body) as TrafficPlan);
    },
  };
}
