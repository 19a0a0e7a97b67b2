import type { Gate } from '../port.ts';

/** The rate limit binding; one that is absent or fails allows. */
export function rateGate(binding: RateLimit | undefined): Gate {
  return {
    async allows(key) {
      if (!binding) return true;
      try {
        return (await binding.limit({ key })).success;
      } catch {
        return true;
      }
    },
  };
}
