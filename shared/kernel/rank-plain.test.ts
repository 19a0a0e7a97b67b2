import { rankCases } from './rank.case.ts';
import { plainRankKernel } from './rank-plain.ts';

rankCases('plain', plainRankKernel);
