import { UsageError } from './usage-error.ts'

/** Readers of option values, for commander: a value, or a UsageError that names the option and what it takes. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new UsageError(`${flag} is ${JSON.stringify(text)}`, `a whole number from ${least} to ${most}`)
  }
}

export function oneOf<const T extends string>(flag: string, choices: readonly T[]): (text: string) => T {
  return text => {
    const choice = choices.find(known => known === text)
    if (choice != null) return choice
    throw new UsageError(`${flag} is ${JSON.stringify(text)}`, choices.join(', '))
  }
}

const PEER_ID = /^[1-9A-HJ-NP-Za-km-z]{40,70}$/

/** Only the form: the node that is asked knows the rest. */
export function peerId(text: string): string {
  if (PEER_ID.test(text)) return text
  throw new UsageError(`the peer is ${JSON.stringify(text)}`, 'a peer id such as 12D3Koo…', '`peerwatch status` lists those of the neighbours')
}

export function each<T>(parse: (text: string) => T): (text: string, earlier?: readonly T[]) => T[] {
  return (text, earlier = []) => [...earlier, parse(text)]
}

export function multiaddrText(flag: string): (text: string) => string {
  return text => {
    const port = /^\/(?:ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/(\d{1,5})(?:\/p2p\/\w+)?$/.exec(text)?.[1]
    if (port != null && Number(port) < 2 ** 16) return text
    throw new UsageError(`${flag} is ${JSON.stringify(text)}`, 'a multiaddr such as /ip4/0.0.0.0/tcp/4001')
  }
}
