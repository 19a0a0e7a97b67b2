import { expect, test } from 'vitest';
import type { EventBatch, LogEvent } from '../contract/event.ts';
import type { ItemId } from '../contract/id.ts';
import type { Pack } from '../contract/pack.ts';
import type { RecommendRequest } from '../contract/request.ts';
import type { SlateRecord } from '../contract/slate-record.ts';
import { type DeviceValues, newDeviceValues } from './values.ts';

/** Whether device values fit into the type or into a part of it, at any depth. */
type Takes<Type> = DeviceValues extends Type
  ? true
  : Type extends string | number | boolean | null | undefined
    ? false
    : Type extends readonly (infer Element)[]
      ? Takes<Element>
      : true extends { [Key in keyof Type]-?: Takes<Type[Key]> }[keyof Type]
        ? true
        : false;

/** Every shape that leaves the browser or is kept of what did. */
interface Boundaries {
  readonly pack: Pack;
  readonly slate: SlateRecord;
  readonly events: EventBatch;
  readonly log: LogEvent;
  readonly request: RecommendRequest;
}

// The compiler is the test: `tsc -b` fails when one of these lines is wrong.
test('no part of a pack, a log or a request takes device values', () => {
  const taken: { readonly [Name in keyof Boundaries]: Takes<Boundaries[Name]> } = {
    pack: false,
    slate: false,
    events: false,
    log: false,
    request: false,
  };
  expect(Object.values(taken)).not.toContain(true);
  // A part that would take them is seen, however deep.
  const seen: Takes<{ readonly pack: Pack; readonly more: readonly { readonly values?: Float32Array }[] }> = true;
  expect(seen).toBe(true);
});

test('nor can they be written there by name', () => {
  const own = newDeviceValues(1);
  // @ts-expect-error into a pack
  const pack: Partial<Pack> = { served: own };
  // @ts-expect-error into the log of slates
  const slate: Partial<SlateRecord> = { served: own };
  // @ts-expect-error into the log of events
  const event: Partial<LogEvent> = { value: own };
  // @ts-expect-error into a batch of events
  const batch: Partial<EventBatch> = { events: own };
  // @ts-expect-error into a request
  const request: Partial<RecommendRequest> = { seeds: own };
  // @ts-expect-error nor beside what a request holds
  const more: Partial<RecommendRequest> = { seeds: ['1' as ItemId], features: own };
  expect([pack, slate, event, batch, request, more]).toHaveLength(6);
});
