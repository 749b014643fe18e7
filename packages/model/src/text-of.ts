const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' }
] as const

/** The text of a file: in UTF-8, or as the byte order mark says with which editors and shells of Windows begin one. The mark is no part of it. With `fatal` whatever is no such text is a TypeError. */
export function textOf(bytes: Uint8Array, { fatal = false }: { readonly fatal?: boolean } = {}): string {
  const { encoding } = MARKS.find(mark => mark.bytes.every((byte, index) => bytes[index] === byte)) ?? { encoding: 'utf-8' }
  return new TextDecoder(encoding, { fatal }).decode(bytes)
}
