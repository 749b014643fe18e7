import { behaviourNames } from '@peerwatch/attacks'
import { UsageError } from '../usage-error.ts'
import type { Misdeeds } from '@peerwatch/attacks/cast'

/** For `--behaviour`: nobody misbehaves. */
const NOBODY = 'none'
const MOST = 99

/** Reads `corrupts=2,floods`: a name without a number is one peer. */
export function readBehaviours(text: string): Misdeeds {
  if (text === NOBODY) return {}
  const counts = text.split(',').map((part): [string, number] => {
    const [, name = '', count = '1'] = /^(\w+)(?:=(\d{1,2}))?$/.exec(part.trim()) ?? []
    if (!behaviourNames.some(known => known === name)) {
      throw new UsageError(
        `--behaviour has ${JSON.stringify(part)}`,
        `NAME or NAME=COUNT (to ${MOST}) with a name of ${behaviourNames.join(', ')}; or ${NOBODY}`,
        'separate several by commas'
      )
    }
    return [name, Number(count)]
  })
  const twice = counts.find(([name], index) => counts.findIndex(([each]) => each === name) !== index)
  if (twice != null) throw new UsageError(`--behaviour names ${twice[0]} twice`, 'each name once', `give their number: ${twice[0]}=2`)
  return Object.fromEntries(counts)
}
