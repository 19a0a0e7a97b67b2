import { scanCases } from './scan.case.ts';
import { plainScanKernel } from './scan-plain.ts';

scanCases('plain', plainScanKernel);
