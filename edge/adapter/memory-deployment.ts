import type { LogEvent } from '../../shared/contract/event.ts';
import type { ReleaseId } from '../../shared/contract/id.ts';
import { createApp } from '../app.ts';
import { adminOf, origin, site } from '../fixture/client.ts';
import type { EventMessage } from '../ingest/message.ts';
import type { Ports } from '../port.ts';
import { memoryPorts } from './memory-ports.ts';

/** A deployment in memory that knows the site "shop", and what its stores hold. */
export async function eventDeployment(replace: Partial<Ports> = {}) {
  const memory = memoryPorts(replace);
  const app = createApp(memory.ports);
  await memory.registry.addRelease(site('shop'), { release: 'a'.repeat(64) as ReleaseId, items: 1, bytes: 1, createdMs: 1 });
  const post = (path: string, body: string) =>
    app.fetch(new Request(`${origin}${path}`, { method: 'POST', body, headers: { 'cf-connecting-ip': '203.0.113.7' } }));
  const objects = (part: string) =>
    [...memory.files.objects].flatMap(([name, bytes]) =>
      name.includes(part) ? [{ name, text: new TextDecoder().decode(bytes) }] : [],
    );
  return {
    ...memory,
    app,
    admin: adminOf(app.fetch),
    post,
    send: (body: string) => post('/v1/events?site=shop', body),
    /** Messages of events that the queue was sent. */
    sent: () => memory.log.messages.filter((message): message is EventMessage => message.kind === 'events'),
    objects,
    /** Rows of the event log, raw. */
    rows: () =>
      objects('/log/event/').flatMap(({ text }) =>
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as LogEvent),
      ),
  };
}
