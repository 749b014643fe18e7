import type { Datastore } from 'interface-datastore'
import type { Core, Part } from '@peerwatch/link'

/** Says once when what must last is kept in memory: evictions and unacknowledged reports are gone after a restart. */
export function volatileDatastoreWarning(core: Core): Part {
  let told = false
  return {
    start: () => {
      const { datastore } = core.components
      const { inner = datastore } = datastore as { readonly inner?: Datastore }
      if (told || inner.constructor.name !== 'MemoryDatastore') return
      told = true
      const message = 'this node has no lasting datastore: evictions and reports in hand are lost when it ends; give createLibp2p one (datastore-level)'
      core.log.error(message)
      core.emit('alarm', { code: 'volatile-datastore', message })
    }
  }
}
