import type { Attribute, ElementType, Node } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { ModelRefused } from '../refused.ts';

/** Plans one node: lays out its result and adds its steps. The result belongs to `output`, which a fused node may have changed. */
export type Operator = (plan: Plan, node: Node) => Value | { readonly output: string; readonly value: Value };

export const refuseShape = (node: Node, ...shapes: (readonly number[])[]): ModelRefused =>
  new ModelRefused('bad-shape', `${node.op} ${node.output} of ${shapes.map((shape) => `[${shape}]`).join(' ')}`);

/** Input i, of the given type (default float). */
export function input(plan: Plan, node: Node, i: number, type: ElementType = 'float'): Value {
  const value = plan.get(node.inputs[i] as string);
  if (value.type !== type) throw new ModelRefused('unsupported-type', `${node.op} of ${value.type}`);
  return value;
}

/** Input i where it is given, with elements that are known before the run. */
export function known(plan: Plan, node: Node, i: number, type: ElementType = 'int'): readonly number[] | undefined {
  if (!node.inputs[i]) return undefined;
  const { data } = input(plan, node, i, type);
  if (!data) throw new ModelRefused('unsupported-operator', `${node.op} with input ${i} that is not a constant`);
  return Array.from(data);
}

type Values = { [K in Attribute['kind']]: K extends 'f' | 'i' ? number : Extract<Attribute, { kind: K }>['value'] };

function attribute<K extends Attribute['kind']>(node: Node, name: string, kind: K): Values[K] | undefined {
  const found = node.attributes[name];
  if (found && found.kind !== kind) throw new ModelRefused('unsupported-attribute', `${name} of ${node.op} is ${found.kind}`);
  return found?.value as Values[K] | undefined;
}

export const integer = (node: Node, name: string, otherwise: number): number => attribute(node, name, 'i') ?? otherwise;
export const integers = (node: Node, name: string): readonly number[] | undefined => attribute(node, name, 'ints');
export const number = (node: Node, name: string, otherwise: number): number => attribute(node, name, 'f') ?? otherwise;
export const numbers = (node: Node, name: string): readonly number[] => attribute(node, name, 'floats') ?? [];
export const text = (node: Node, name: string, otherwise: string): string => attribute(node, name, 's') ?? otherwise;
export const texts = (node: Node, name: string): readonly string[] => attribute(node, name, 'strings') ?? [];

/** An axis counted from the front. */
export function axisOf(node: Node, axis: number, rank: number): number {
  const from0 = axis < 0 ? axis + rank : axis;
  if (!(from0 >= 0 && from0 < rank)) throw new ModelRefused('bad-shape', `${node.op}: axis ${axis} of ${rank}`);
  return from0;
}
