import { decodeGraph } from './decode-graph.ts';
import type { Graph } from './graph.ts';
import { allOperators } from './operator/all.ts';

/** `decodeGraph` with every operator that the kernel engine has. @throws ModelRefused */
export const decodeModel = (bytes: Uint8Array): Graph => decodeGraph(bytes, allOperators);
