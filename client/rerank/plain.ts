export { plainRankKernel } from '../../shared/kernel/rank-plain.ts';
