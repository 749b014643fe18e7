import { sendRawFrames } from '../trial/raw-frames.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'
import type { RawHeader } from '../trial/raw-frames.ts'

const FRAMES_MOST = 200_000
const FLOODS: readonly { readonly what: string; readonly header: (at: number) => RawHeader }[] = [
  { what: 'pings', header: at => ({ type: 2, flag: 1, streamID: 0, length: at }) },
  { what: 'window updates', header: () => ({ type: 1, flag: 0, streamID: 99_999, length: 0 }) }
]

export const multiplexerPings: AttackRun = {
  name: 'multiplexer-pings',
  does: 'A stranger sends pings and window updates of the multiplexer, which no stream ever sees, as fast as it can.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const victims = [net.trusted[0]!, net.seeds[0]!]
    const mallory = await attacker(net)
    const sinceMs = clock.monotonicMs()
    const sent: string[] = []
    let isEnded = true
    for (const [at, { what, header }] of FLOODS.entries()) {
      const connection = await mallory.dial(victims[at]!)
      const count = await sendRawFrames(connection, FRAMES_MOST, number => [header(number)])
      sent.push(`${count} ${what}`)
      isEnded = (await net.until(() => connection.status !== 'open', `the link of the ${what} is ended`)) && isEnded
    }
    const endedMs = clock.monotonicMs()
    const { alive, faults } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `${sent.join(' and ')}, in ${((endedMs - sinceMs) / 1000).toFixed(1)} s`,
      effect: `its own links were lost; a newcomer was served within ${seconds(clock, endedMs)} afterwards`,
      endedBy: `the limit on small frames: ${[...new Set(faults)].join(', ')}`,
      pass: isEnded && alive && faults.filter(fault => fault === 'too-many-frames').length === FLOODS.length
    }
  }
}
