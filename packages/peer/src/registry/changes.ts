import type { Change } from '@peerwatch/wire'

/** The generated codecs ask for bytes on a plain ArrayBuffer; all of ours are. */
export function wireBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

/** A change with what is given; protobuf has no absent lists. */
export function changeOf(parts: Partial<Change>): Change {
  return { goodbye: new Uint8Array(), votes: [], dead: [], ...parts }
}
