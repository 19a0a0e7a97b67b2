import type { LogMessage } from '../ingest/message.ts';
import type { LogQueue } from '../port.ts';

/** The log queue over Cloudflare Queues; a message is JSON, so that the dead-letter copy can be read. */
export function cloudflareQueue(queue: Queue): LogQueue {
  return {
    async send(message: LogMessage) {
      await queue.send(message, { contentType: 'json' });
    },
  };
}
