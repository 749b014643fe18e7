import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileTrouble, isMissing, NodeError, readText, replaceFile } from '@peerwatch/node/api-file'
import { makeFolder } from '@peerwatch/node/make-folder'
import { isPeerId } from './parse-option.ts'

/** The names that this user gave to peers, by their ids. */
export type Petnames = ReadonlyMap<string, string>

const NAMES_MOST = 10_000
/** Letters of any script, digits and what stands between words; nothing that a terminal or shell takes for more. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,38}[\p{L}\p{M}\p{N}])?$/u
const LIKE_AN_ID = /^(?:12D3Koo|16Uiu2|Qm|bafz)/i
export const NAME_EXPECTED = '1-40 letters and digits, with spaces, dots, - and _ between them, and not like the beginning of a peer id'

export function isPetname(text: string): boolean {
  return NAME.test(text) && !LIKE_AN_ID.test(text)
}

/** The user's own, beside the settings of other programs: every node and command of theirs shows the same names. */
export function petnamesFile(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'peerwatch', 'names.json')
}

function refuse(path: string, what: string, cause?: unknown): never {
  const remedy = 'correct it, or move it away: names are kept nowhere else'
  throw new NodeError('bad-config', { found: `${path} ${what}`, expected: 'an object of peer ids and names', remedy }, { cause })
}

/** Those that were given; none where there is no file. Rejects with NodeError `bad-config`. */
export async function readPetnames(path = petnamesFile()): Promise<Petnames> {
  let text: string
  try {
    text = await readText(path)
  } catch (error) {
    // without a home there are no names; one that may not be read is another user's
    if (isMissing(error)) return new Map()
    return refuse(path, fileTrouble(error), error)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    return refuse(path, 'is no JSON', error)
  }
  if (typeof parsed !== 'object' || parsed == null || Array.isArray(parsed)) return refuse(path, 'is no object')
  const names = new Map<string, string>()
  for (const [peer, name] of Object.entries(parsed)) {
    if (!isPeerId(peer)) return refuse(path, `names ${JSON.stringify(peer.slice(0, 80))}, which is no peer id`)
    if (typeof name !== 'string' || !isPetname(name)) return refuse(path, `calls ${peer.slice(0, 80)} ${JSON.stringify(name)?.slice(0, 80)}`)
    names.set(peer, name)
  }
  return names
}

/** Gives a peer a name, or takes it back where there is none. Rejects with NodeError `bad-option` where another peer has it, `bad-config` or `data-unusable`. */
export async function writePetname(peer: string, name: string | undefined, path = petnamesFile()): Promise<void> {
  const names = new Map(await readPetnames(path))
  const [other] = [...names].find(([known, its]) => its === name && known !== peer) ?? []
  if (other != null) {
    throw new NodeError('bad-option', {
      found: `${name} is what you call ${other}`,
      expected: 'a name for one peer',
      remedy: `give another, or take it back: \`peerwatch name ${other} --remove\``
    })
  }
  if (name == null) names.delete(peer)
  else names.set(peer, name)
  if (names.size > NAMES_MOST) {
    throw new NodeError('bad-option', { found: `${path} has ${NAMES_MOST} names`, expected: 'at most as many', remedy: 'take some back with --remove' })
  }
  try {
    await makeFolder(dirname(path), 0o700)
    // a link, as those who keep their settings elsewhere have, stays one
    await replaceFile(await realpath(path).catch(() => path), `${JSON.stringify(Object.fromEntries(names), null, 2)}\n`)
  } catch (error) {
    throw new NodeError(
      'data-unusable',
      { found: `${path} ${fileTrouble(error, 'written')}`, expected: 'a file to write to', remedy: 'set XDG_CONFIG_HOME to a folder of yours' },
      { cause: error }
    )
  }
}
