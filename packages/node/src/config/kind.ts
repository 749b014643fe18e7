import { DEFAULT_PORTS } from '../roles/default-ports.ts'

/** The values that an option takes. A kind stands in the option's row of the table; flags, variables, files, schema and docs follow from it. */
export interface Kind<T> {
  /** Follows the word "expected". */
  readonly expected: string
  /** A guess at the meaning of a text that does not fit. */
  readonly hint?: (text: string) => string | undefined
  /** The value that a file holds, or undefined where it does not fit. */
  readonly read: (value: unknown) => T | undefined
  /** The value as a file would hold it, from the text of a flag or variable. */
  readonly fromText: (text: string) => unknown
  /** For editors. */
  readonly schema: Readonly<Record<string, unknown>>
  /** For a list: the kind of each entry. A flag is repeated, and a variable has commas. */
  readonly item?: Kind<unknown>
  /** For files: a relative path counts from the folder of the file that names it. */
  readonly isPath: boolean
  /** The words it takes, where these are few: for shell completion. */
  readonly choices: readonly string[]
}

const SCALAR = { isPath: false, choices: [], fromText: (text: string): unknown => text } as const

export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    ...SCALAR,
    expected: `a whole number from ${least} to ${most}`,
    read: value => (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined),
    fromText: text => (/^\d{1,15}$/.test(text) ? Number(text) : text),
    schema: { type: 'integer', minimum: least, maximum: most }
  }
}

export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  return {
    ...SCALAR,
    expected: choices.join(', '),
    read: value => choices.find(known => known === value),
    schema: { enum: choices },
    choices
  }
}

export function yesNo(): Kind<boolean> {
  return {
    ...SCALAR,
    expected: 'true or false',
    read: value => (typeof value === 'boolean' ? value : undefined),
    fromText: text => (text === 'true' ? true : text === 'false' ? false : text),
    schema: { type: 'boolean' }
  }
}

function matching(pattern: RegExp, expected: string, fits: (text: string) => boolean = () => true): Kind<string> {
  return {
    ...SCALAR,
    expected,
    read: value => (typeof value === 'string' && pattern.test(value) && fits(value) ? value : undefined),
    schema: { type: 'string', pattern: pattern.source }
  }
}

const PATH_LENGTH_MOST = 1_000

export function path(expected: string): Kind<string> {
  return { ...matching(/^[^\0]+$/, expected, text => text.length <= PATH_LENGTH_MOST), schema: { type: 'string', minLength: 1 }, isPath: true }
}

const PORT = /\/tcp\/(\d{1,5})/

function hasPort(text: string): boolean {
  return Number(PORT.exec(text)?.[1]) < 2 ** 16
}

/** TLS is the job of a proxy in front. */
export function listenAddress(): Kind<string> {
  const kind = matching(
    /^\/(?:ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/\d{1,5}(?:\/ws)?(?:\/p2p\/\w+)?$/,
    `a multiaddr such as /ip4/0.0.0.0/tcp/${DEFAULT_PORTS.seeds} or /ip4/0.0.0.0/tcp/${DEFAULT_PORTS.seeds + 1}/ws`,
    hasPort
  )
  return { ...kind, hint: text => (/^\d{1,5}$/.test(text) ? `--port ${text} for a port alone` : undefined) }
}

/** No DNS name is longer, and a signed record takes no address of more than 256 bytes. */
const HOST_LENGTH_MOST = 220

function isAnnounceable(text: string): boolean {
  return hasPort(text) && (text.split('/')[2] ?? '').length <= HOST_LENGTH_MOST
}

export function dialledAddress(): Kind<string> {
  return matching(
    /^\/(?:ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/\d{1,5}(?:\/ws|\/wss|\/tls\/ws)?(?:\/p2p\/\w+)?$/,
    `a multiaddr such as /dns4/example.org/tcp/${DEFAULT_PORTS.seeds} or /dns4/example.org/tcp/443/tls/ws, its host ${HOST_LENGTH_MOST} characters at most`,
    isAnnounceable
  )
}

/** Only the form: the node that is asked knows the rest. */
export function peer(): Kind<string> {
  return matching(/^[1-9A-HJ-NP-Za-km-z]{40,70}$/, 'a peer id such as 12D3Koo…')
}

/** The name of a node, as in node.json. */
export function nodeName(): Kind<string> {
  return matching(/^[a-z0-9][a-z0-9-]{0,62}$/, "1-63 characters of a-z, 0-9 and '-', the first no '-'")
}

export function ipAddress(): Kind<string> {
  return matching(
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F:]*:[\da-fA-F:]+)$/,
    'an address of this machine such as 127.0.0.1',
    text => text.includes(':') || text.split('.').every(part => Number(part) < 256)
  )
}

/** The words for a value that does not fit. */
export function expectation({ expected, hint }: Pick<Kind<unknown>, 'expected' | 'hint'>, value: unknown): string {
  const meant = hint?.(String(value))
  return meant == null ? expected : `${expected}, or ${meant}`
}

const LIST_LENGTH_MOST = 1_000

export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    expected: `a list; of each entry: ${item.expected}`,
    ...(item.hint != null && { hint: item.hint }),
    read: value => {
      if (!Array.isArray(value) || value.length > LIST_LENGTH_MOST) return undefined
      const read = value.map(item.read)
      return read.every(found => found !== undefined) ? read : undefined
    },
    fromText: text =>
      text
        .split(/[\s,]+/)
        .filter(part => part !== '')
        .map(item.fromText),
    schema: { type: 'array', items: item.schema, maxItems: LIST_LENGTH_MOST },
    item,
    isPath: item.isPath,
    choices: item.choices
  }
}
