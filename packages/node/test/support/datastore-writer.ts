import { once } from 'node:events'
import { Key } from 'interface-datastore'
import { levelDatastore } from '../../src/level-datastore.ts'

/** Writes until it has been refused and was then acknowledged a hundred times more; a line for each, written out before the next. */
const datastore = await levelDatastore({ path: process.argv[2]! })
let refusedCount = 0
let laterCount = 0
for (let number = 0; laterCount < 100; number++) {
  const isKept = await datastore.put(new Key(`/test/${number}`), new Uint8Array(4_000)).then(
    () => true,
    () => false
  )
  if (!isKept) refusedCount++
  else if (refusedCount > 0) laterCount++
  if (!process.stdout.write(`${isKept ? 'kept' : 'refused'} /test/${number}\n`)) await once(process.stdout, 'drain')
}
process.stdout.write('done\n')
setInterval(() => {}, 1_000)
