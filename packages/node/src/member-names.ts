import { Key } from 'interface-datastore'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, Roster } from '@peerwatch/link'

/** The names that the authority gave to members of the roster, and to those that have left it and are still known there. */
export interface MemberNames {
  readonly of: (peer: PeerIdString) => string | undefined
}

const KEY = new Key('/peerwatch/former-names')

/** A roster names its members only. A node that leaves still holds records, so this node keeps its name over restarts, until the roster forgets it. */
export function memberNames({
  roster,
  network,
  components: { datastore },
  writes,
  log
}: Pick<Core, 'roster' | 'network' | 'components' | 'writes' | 'log'>): MemberNames {
  let former: ReadonlyMap<PeerIdString, string> = network.roster.names
  const load = async (): Promise<void> => {
    if (!(await datastore.has(KEY))) return
    const kept = JSON.parse(new TextDecoder().decode(await datastore.get(KEY))) as [PeerIdString, string][]
    former = new Map([...kept, ...former])
  }
  const loading = load().catch((error: unknown) => {
    log.error('the names of former members cannot be read: %e', error)
  })
  const keep = async (now: Roster, before: Roster): Promise<void> => {
    await loading
    former = new Map([...former, ...before.names].filter(([peer]) => isFormer(now, peer)))
    writes.put(KEY, new TextEncoder().encode(JSON.stringify([...former])))
  }
  roster.onChange((now, before) => {
    void keep(now, before)
  })
  return {
    of: peer => {
      const { names } = roster.current()
      const name = names.get(peer) ?? former.get(peer)
      // the authority may have given it to another since
      const isAnothers = !names.has(peer) && [...names.values()].some(other => other === name)
      return isAnothers ? undefined : name
    }
  }
}

function isFormer({ leaving, formerTrusted, formerSeeds }: Roster, peer: PeerIdString): boolean {
  return leaving.includes(peer) || formerTrusted.has(peer) || formerSeeds.has(peer)
}
