/**
 * Feature values as types, so that a device value cannot reach anything that leaves the browser: packs and logs are written from
 * `ServedValues`, which are computed by served.ts or read from a pack, and nothing turns `DeviceValues` into them.
 * The brand exists for the compiler only; at run time each is a Float32Array, row-major, NaN = missing.
 */
declare const placement: unique symbol;

/** [n x set.device.length] or a model input that contains such columns. Never leaves the browser. */
export type DeviceValues = Float32Array<ArrayBuffer> & { readonly [placement]: 'device' };

/** [n x set.served.length]: catalogue and edge features. May be sent, logged and trained on. */
export type ServedValues = Float32Array<ArrayBuffer> & { readonly [placement]: 'served' };

/** What may be the served half of a model input: `ServedValues` or a plain matrix, not `DeviceValues`. */
export type ServableValues = Float32Array & { readonly [placement]?: 'served' };

/** A matrix that only catalogue and edge features fill: computed from a release, or read from a pack. */
export const newServedValues = (length: number): ServedValues => new Float32Array(length) as ServedValues;

/** A matrix that may hold device features. */
export const newDeviceValues = (length: number): DeviceValues => new Float32Array(length) as DeviceValues;
