const urlAttributes = new Set(['href', 'src', 'poster', 'action', 'formaction', 'xlink:href']);
/** Attributes that run or style: never written from data. */
const refused = /^(on|style$|srcdoc$|srcset$)/i;

/**
 * The value to write into an attribute, or undefined when it must not be written: addresses are http, https or relative, and images
 * may be `data:image`. Item data comes from the site's catalogue, but a catalogue is often fed by others.
 */
export function safeAttribute(name: string, value: string): string | undefined {
  if (refused.test(name)) return undefined;
  if (!urlAttributes.has(name.toLowerCase())) return value;
  if (name === 'src' && /^data:image\//i.test(value)) return value;
  try {
    // The parser of the browser decides what the scheme is, so that no white space or control character hides one.
    return /^https?:$/.test(new URL(value, 'https://relative.invalid').protocol) ? value : undefined;
  } catch {
    return undefined;
  }
}
