import { systemClock } from '@peerwatch/model/system-clock'
import { BEHAVIOURS, parseBehaviour } from './behaviours.ts'
import { onOff } from './on-off.ts'
import type { CallOff } from '@peerwatch/model'
import type { Attack, Attackable } from './attackable.ts'
import type { BehaviourInit, BehaviourName } from './behaviours.ts'
import type { OnOffInit } from './on-off.ts'

export interface MisbehaveInit extends Omit<BehaviourInit, 'rng' | 'clock'> {
  /** Default: the system's. */
  readonly clock?: BehaviourInit['clock'] | undefined
  /** Default `Math.random`. Give a seeded one to repeat a run. */
  readonly rng?: BehaviourInit['rng'] | undefined
  /** When the misdeeds begin after `start`, in ms since the Unix epoch. Default: at once. */
  readonly startAtMs?: number | undefined
  /** Present: the node misbehaves by turns only. */
  readonly onOff?: OnOffInit | undefined
}

/**
 * Makes an honest node misbehave. A `PeerwatchNode` writes each turn into its log and events (`node:misbehaves`).
 *
 * @param behaviour - a name in `BEHAVIOURS`; another one throws AttacksError `unknown-behaviour`
 */
export function misbehave(node: Attackable, behaviour: BehaviourName, init: MisbehaveInit = {}): Attack {
  const { clock = systemClock, rng = Math.random, startAtMs = 0, onOff: turns, ...rest } = init
  const misdeed = { behaviour, ...(rest.victim != null && { victim: rest.victim }) }
  const plain = noted(BEHAVIOURS[parseBehaviour(behaviour)].attack(node, { clock, rng, ...rest }), isOn => node.noteMisdeed?.(misdeed, isOn))
  const attack = turns == null ? plain : onOff(plain, { clock, ...turns })
  let callOff: CallOff | undefined
  return {
    start: () => {
      const waitMs = startAtMs - clock.nowMs()
      callOff?.()
      if (waitMs > 0) callOff = clock.after(waitMs, attack.start)
      else attack.start()
    },
    stop: () => {
      callOff?.()
      attack.stop()
    }
  }
}

/** Tells of each turn once. */
function noted(attack: Attack, note: (isOn: boolean) => void): Attack {
  let isOn = false
  const turn = (on: boolean, run: () => void): void => {
    run()
    if (isOn !== on) note(on)
    isOn = on
  }
  return {
    start: () => {
      turn(true, attack.start)
    },
    stop: () => {
      turn(false, attack.stop)
    }
  }
}
