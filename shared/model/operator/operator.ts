import type { DenseKernel } from '../../kernel/rank.ts';
import type { Attribute, ElementType, Node } from '../graph.ts';
import type { Plan, Value } from '../plan.ts';
import { type ModelRefused, refused } from '../refused.ts';

/** Plans one node: lays out its result and adds its steps. The result belongs to `output`, which a fused node may have changed. */
export type PlanNode<Kernel extends DenseKernel = DenseKernel> = (
  plan: Plan<Kernel>,
  node: Node,
) => Value | { readonly output: string; readonly value: Value };

/** Fewest and most inputs, how it is planned, and the names of the attributes that are understood, with spaces between. */
export type Operator<Kernel extends DenseKernel = DenseKernel> = readonly [
  least: number,
  most: number,
  plan: PlanNode<Kernel>,
  attributes?: string | undefined,
];

/** What a model may consist of, where these kernels are. */
export type OperatorTable<Kernel extends DenseKernel = DenseKernel> = Readonly<Record<string, Operator<Kernel>>>;

export const badShape = ({ op, output }: Node): ModelRefused => refused('bad-shape', `${op} ${output}`);

/** Input 0, of any type. */
export const any = (plan: Plan, { inputs: [name] }: { readonly inputs: readonly string[] }): Value => plan.get(name as string);

/** The same elements in another shape. */
export const view = (plan: Plan, x: Value, shape: readonly number[]): Value => ({ ...x, at: plan.at(x), shape });

/** Input i, of the given type (default float). */
export function input(plan: Plan, { op, inputs }: Node, i: number, type: ElementType = 'float'): Value {
  const value = plan.get(inputs[i] as string);
  if (value.type !== type) throw refused('unsupported-type', `${op} of ${value.type}`);
  return value;
}

/** Input i where it is given, with elements that are known before the run. */
export function known(plan: Plan, node: Node, i: number, type: ElementType = 'int'): readonly number[] | undefined {
  if (!node.inputs[i]) return undefined;
  const { data } = input(plan, node, i, type);
  if (!data) throw refused('unsupported-operator', `${node.op} by computed values`);
  return Array.from(data);
}

type Values = { [K in Attribute['kind']]: K extends 'f' | 'i' ? number : Extract<Attribute, { kind: K }>['value'] };

/** An attribute where it is given. */
export function attribute<K extends Attribute['kind']>(node: Node, name: string, kind: K): Values[K] | undefined {
  const found = node.attributes[name];
  if (found && found.kind !== kind) throw refused('unsupported-attribute', name);
  return found?.value as Values[K] | undefined;
}

export const integer = (node: Node, name: string, otherwise: number): number => attribute(node, name, 'i') ?? otherwise;

/** An axis counted from the front. */
export function axisOf(node: Node, axis: number, rank: number): number {
  const from0 = axis < 0 ? axis + rank : axis;
  if (!(from0 >= 0 && from0 < rank)) throw badShape(node);
  return from0;
}
