import type { Change } from '@peerwatch/wire'

/** A change with what is given; protobuf has no absent lists. */
export function changeOf(parts: Partial<Change>): Change {
  return { goodbye: new Uint8Array(), votes: [], dead: [], ...parts }
}
