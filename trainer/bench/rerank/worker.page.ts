import { measure } from './measure.page.ts';

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ times: await measure(data) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
