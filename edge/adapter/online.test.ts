import { env } from '../fixture/local.ts';
import { memoryOnline } from './memory-online.ts';
import { describeOnline } from './online.case.ts';
import { durableOnline } from './online.ts';

const memory = memoryOnline();
describeOnline('memory', () => memory, 300);
describeOnline('Durable Object', () => durableOnline(env.ONLINE), 60);
