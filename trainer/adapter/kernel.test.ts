import { rankCases } from '../../shared/kernel/rank.case.ts';
import { scanCases } from '../../shared/kernel/scan.case.ts';
import { loadKernels } from './kernel.ts';

rankCases('wasm', async () => (await loadKernels()).rank);
scanCases('wasm', async () => (await loadKernels()).openScan());
