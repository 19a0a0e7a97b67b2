import { listwiseModel } from './listwise.ts';
import { rankerCases } from './ranker.case.ts';
import { unbiasedCases } from './unbiased.case.ts';

rankerCases(listwiseModel, {
  settings: { hidden: [16], epochs: 20, learningRate: 0.01, weightDecay: 0 },
  badSettings: [{ hidden: [0] }, { epochs: 0 }, { learningRate: 0 }, { weightDecay: -1 }],
  learns: 0.9,
});

unbiasedCases(listwiseModel, { settings: { hidden: [16], epochs: 10, learningRate: 0.01, weightDecay: 0 }, left: 0.5 });
