import { peer } from '@peerwatch/node/kind'
import { Option } from 'commander'
import { quoted, UsageError } from './usage-error.ts'

/** Readers of option values, for commander: a value, or a UsageError that names the option and what it takes. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new UsageError(`${flag} is ${quoted(text)}`, `a whole number from ${least} to ${most}`)
  }
}

export function oneOf<const T extends string>(flag: string, choices: readonly T[]): (text: string) => T {
  return text => {
    const found = choices.find(known => known === text)
    if (found != null) return found
    throw new UsageError(`${flag} is ${quoted(text)}`, choices.join(', '))
  }
}

/** An option that takes one of few words; a shell completes them. */
export function choice(flags: string, description: string, choices: readonly string[]): Option {
  const option = new Option(flags, description).argParser(oneOf(flags.replace(/ .*/, ''), choices))
  option.argChoices = [...choices]
  return option
}

const PEER = peer()

export function isPeerId(text: string): boolean {
  return PEER.read(text) !== undefined
}

/** Only the form: the node that is asked knows the rest. Of whatever changes something: anybody can make a key whose id begins like another. */
export function peerIdOf(what: string): (text: string) => string {
  return text => {
    if (isPeerId(text)) return text
    throw new UsageError(`${what} is ${quoted(text)}`, `a whole ${PEER.expected.replace(/^an? /, '')}`, '`peerwatch status` lists those of the neighbours')
  }
}

const LIKE_MOST = 80

/** For commands that only read: a peer id, the beginning of one, its first and last letters as tables show them, or a name. */
export function peerLike(text: string): string {
  if (text !== '' && text.length <= LIKE_MOST && !/\p{C}/u.test(text)) return text
  throw new UsageError(`the peer is ${JSON.stringify(text.slice(0, LIKE_MOST))}`, `${PEER.expected}, the beginning of one, or a name`)
}

export const peerId = peerIdOf('the peer')

/** Of an option that may be repeated. */
export function each<T>(parse: (text: string) => T): (text: string, earlier?: readonly T[]) => T[] {
  return (text, earlier = []) => [...earlier, parse(text)]
}
