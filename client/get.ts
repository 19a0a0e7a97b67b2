/**
 * A successful answer, within `ms` including its body. No cookies: the edge knows a visitor only by what consent put into an address.
 * @throws when the server is unreachable, late or refuses
 */
export async function get(url: string, ms: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ms), credentials: 'omit' });
  if (!response.ok) throw new Error(url);
  return response;
}
