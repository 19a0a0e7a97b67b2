/**
 * What is wrong when a model was trained on another feature set than the one that its input is made by: both hashes, in words. Undefined when it fits.
 * @param metadata of the model: every ranker says its set as `vitrine.featureHash`.
 */
export function featureHashMismatch(metadata: Readonly<Record<string, string>>, hash: string): string | undefined {
  const found = metadata['vitrine.featureHash'];
  return found === hash ? undefined : `model of feature set ${found}, not ${hash}`;
}
