/**
 * One container for every binary file of a release: named typed arrays behind a header.
 *
 * ```
 * 0   4 bytes  magic "VTBL"
 * 4   u32      format version (1)
 * 8   u32      length of the JSON header in bytes
 * 12  header   UTF-8 JSON { kind, meta, sections: [{ name, type, offset, length }] }, padded with spaces to a multiple of 8
 * ..  sections little-endian, each starting at a multiple of 8 from the start of the file; length in elements
 * ```
 * A reader gets views into the given bytes, no copies. The header names no checksum: files are addressed by SHA-256.
 */
const magic = 0x4c425456; // "VTBL" little-endian
const formatVersion = 1;

const sectionTypes = {
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u8: Uint8Array,
  i8: Int8Array,
} as const;
type SectionType = keyof typeof sectionTypes;
export type Section = Float32Array | Uint32Array | Int32Array | Uint8Array | Int8Array;

export interface Table {
  /** What the table is: 'catalog', 'similar', 'vectors' ... Readers check it. */
  readonly kind: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly sections: Readonly<Record<string, Section>>;
}

/** A file that is not what it should be. `name` is stable: "TableRefused". */
export class TableRefused extends Error {
  override readonly name = 'TableRefused';
}

interface Header {
  kind: string;
  meta: Record<string, unknown>;
  sections: { name: string; type: SectionType; offset: number; length: number }[];
}

const align = (n: number) => (n + 7) & ~7;

/** ASCII-only JSON, so that this room needs no text encoder: other characters are written as \uXXXX. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function typeOf(section: Section): SectionType {
  for (const [type, view] of Object.entries(sectionTypes)) if (section instanceof view) return type as SectionType;
  throw new TypeError('encodeTable: section is not a supported typed array');
}

/** Encodes a table; the result is a function of its arguments alone. */
export function encodeTable(table: Table): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(table.sections);
  // Offsets are relative to the first section here and absolute in the file; the header's length depends on neither.
  const header: Header = { kind: table.kind, meta: { ...table.meta }, sections: [] };
  let offset = 0;
  for (const [name, section] of entries) {
    header.sections.push({ name, type: typeOf(section), offset, length: section.length });
    offset = align(offset + section.byteLength);
  }
  const json = asciiJson(header);
  const start = align(12 + json.length);
  const bytes = new Uint8Array(start + offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, formatVersion, true);
  view.setUint32(8, start - 12, true);
  bytes.fill(32, 12, start);
  for (let i = 0; i < json.length; i++) bytes[12 + i] = json.charCodeAt(i);
  for (const [i, [, section]] of entries.entries()) {
    const at = start + (header.sections[i]?.offset ?? 0);
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at);
  }
  return bytes;
}

/**
 * Decodes a table of the given kind. Section offsets in the header count from the end of the header.
 * @throws TableRefused when magic, version, kind or bounds are wrong.
 */
export function decodeTable(source: Uint8Array, kind: string): Table {
  // Typed-array views need alignment; a subarray of a larger buffer may lack it. Not slice(): on a Node Buffer that is a view.
  const bytes = source.byteOffset % 8 === 0 ? source : new Uint8Array(source);
  if (bytes.length < 12) throw new TableRefused(`${kind}: ${bytes.length} bytes is too short for a table`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw new TableRefused(`${kind}: not a Vitrine table (wrong magic)`);
  const version = view.getUint32(4, true);
  if (version !== formatVersion)
    throw new TableRefused(`${kind}: table format ${version}, this build reads ${formatVersion}; publish the release again`);
  const start = 12 + view.getUint32(8, true);
  if (start > bytes.length) throw new TableRefused(`${kind}: header runs past the end`);
  let json = '';
  for (let i = 12; i < start; i++) json += String.fromCharCode(bytes[i] ?? 0);
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(json) as Partial<Header> | null;
  } catch {
    throw new TableRefused(`${kind}: header is not JSON`);
  }
  if (header?.kind !== kind) throw new TableRefused(`expected a ${kind} table, found ${header?.kind}`);
  if (typeof header.meta !== 'object' || header.meta === null || !Array.isArray(header.sections))
    throw new TableRefused(`${kind}: header lacks meta or sections`);
  const sections: Record<string, Section> = {};
  for (const entry of header.sections) {
    const { name, type, offset, length } = entry ?? {};
    const View = Object.hasOwn(sectionTypes, type) && sectionTypes[type];
    const at = start + offset;
    if (!View || !(offset >= 0 && length >= 0 && at % 8 === 0) || at + length * View.BYTES_PER_ELEMENT > bytes.length) {
      throw new TableRefused(`${kind}: section ${name} is out of bounds`);
    }
    // Memory that threads share gives views as well; the constructors' types do not say so.
    sections[name] = new View(bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length);
  }
  return { kind, meta: header.meta, sections };
}

/** The section of that name and type. @throws TableRefused when the table lacks it. */
export function sectionOf<T extends SectionType>(table: Table, name: string, type: T): InstanceType<(typeof sectionTypes)[T]> {
  const section = table.sections[name];
  if (!(section instanceof sectionTypes[type])) throw new TableRefused(`${table.kind}: no ${type} section "${name}"`);
  return section as InstanceType<(typeof sectionTypes)[T]>;
}
