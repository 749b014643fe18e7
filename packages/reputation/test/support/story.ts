import { coarseStanding, standingOf, verdictTerms } from '../../src/index.ts'
import { peer, report } from './build.ts'
import { sentence } from './sentence.ts'
import { START_WINDOW, WINDOW_MS, findingId, tier, watchersOf } from './tier.ts'
import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { Seen } from '../../src/index.ts'
import type { Tier } from './tier.ts'

/** What a neighbour or watcher tells of one peer each window, until the script says otherwise. */
type Told = readonly Omit<Seen, 'peer'>[]

const ORDINARY = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].flatMap(name =>
  (['integrity', 'resource'] as const).map(dimension => ({ peer: peer(name), dimension, ok: 10, bad: 0, finding: false }))
)

/**
 * Plays a script: each line that begins with `>` is a command, `#` tells the story to the reader, and all others are what followed when it was
 * written. Returns the script with what follows now.
 */
export function played(script: string): string {
  const told = script.split('\n').filter(line => line === '' || line.startsWith('#') || line.startsWith('>'))
  const out: string[] = []
  const run = stage(out)
  for (const line of told) {
    out.push(line)
    if (line.startsWith('>')) run(line.slice(1).trim())
  }
  return out.join('\n')
}

function stage(out: string[]): (command: string) => void {
  const reports = new Map<string, Map<PeerIdString, Told>>()
  const sights = new Map<string, Map<PeerIdString, Told>>()
  let judges: Tier | undefined
  let window = START_WINDOW

  const cast = (): Tier => {
    if (judges == null) throw new Error('the first command says who is trusted')
    return judges
  }
  const say = (who: string, what: string): void => {
    const last = out.at(-1) ?? ''
    const isSame = last.startsWith(`  ${window} `) && last.endsWith(`: ${what}`)
    if (isSame) out[out.length - 1] = last.replace(': ', ` ${who}: `)
    else out.push(`  ${window} ${who}: ${what}`)
  }
  const set = (book: typeof reports, who: readonly string[], subject: string, told: Told): void => {
    for (const one of who) book.set(one, (book.get(one) ?? new Map<PeerIdString, Told>()).set(peer(subject), told))
  }
  const about = (book: typeof reports, who: string): [PeerIdString, Told][] => [...(book.get(who) ?? [])].filter(([subject]) => !cast().evicted(subject))

  const reportsOf = (reporter: string, closed: number): void => {
    for (const [subject, told] of about(reports, reporter)) {
      if (told.length === 0) continue
      const counts = Object.fromEntries(told.map(({ dimension, ok, bad }) => [dimension, { ok, bad }]))
      const cuts = told.flatMap(({ dimension, finding }) => (finding ? [dimension] : []))
      const said = report({ reporter: peer(reporter), subject, window: closed, counts, cuts })
      for (const node of cast().nodes.keys()) cast().hear(node, { type: 'report', report: said, isConflict: false })
    }
  }
  const sightsOf = (node: PeerIdString, closed: number): void => {
    if (cast().silent.has(node)) return
    for (const watcher of watchersOf(node)) {
      const looks = cast().nodes.get(node)!.looks.of(watcher)
      const looked = about(sights, node).filter(([subject]) => looks.some(look => look.subject === subject))
      const seen = looked.flatMap(([subject, told]) => told.map(one => ({ ...one, peer: subject })))
      cast().hear(node, { type: 'seen', watcher, window: closed, seen: [...ORDINARY, ...seen], linked: [] })
    }
  }
  const endWindow = (): void => {
    const closed = window
    window = cast().advance()
    for (const node of cast().nodes.keys()) sightsOf(node, closed)
    for (const reporter of reports.keys()) reportsOf(reporter, closed)
    for (const node of cast().nodes.keys()) cast().hear(node, { type: 'window ended', closed })
  }
  const commands: readonly (readonly [RegExp, (...groups: string[]) => void])[] = [
    [
      /^trusted (.+), quorum (\d+)(?:, liars (.+))?$/,
      (trusted, quorum, liars = '') => {
        judges = tier({
          trusted: names(trusted),
          quorum: Number(quorum),
          liars: names(liars),
          onAction: (node, action) => {
            say(node, sentence(action))
          },
          onEvicted: ({ subject, dimension, expiresAtMs }, signers) => {
            say('certificate', `${subject} is evicted for ${dimension} until window ${expiresAtMs / WINDOW_MS}, signed by ${signers.join(' ')}`)
          }
        })
      }
    ],
    [
      /^(.+?) reports? (\S+): (.+)$/,
      (who, subject, what) => {
        set(reports, names(who), subject, parseTold(what))
      }
    ],
    [
      /^(.+?) sees? (\S+): (.+)$/,
      (who, subject, what) => {
        set(sights, names(who), subject, parseTold(what))
      }
    ],
    [
      /^(\d+) windows?$/,
      count => {
        for (let index = 0; index < Number(count); index++) endWindow()
      }
    ],
    [
      /^(.+) falls? silent$/,
      who => {
        for (const node of names(who)) cast().silent.add(peer(node))
      }
    ],
    [
      /^(\S+) claims that (\S+) failed in (integrity|resource)$/,
      (by, subject, dimension) => {
        const content = { ...suspect(subject, dimension), by: peer(by), outcome: 'failed', window, ok: 0, bad: 9, controls: 5, controlsPassed: 5 } as const
        cast().tell(peer(by), { type: 'finding', finding: { ...content, id: findingId(content) } })
      }
    ],
    [
      /^(\S+) announces a case about (\S+) in (integrity|resource)$/,
      (from, subject, dimension) => {
        const candidate = { ...suspect(subject, dimension), groups: [], weight: 1, firstHand: false }
        cast().tell(peer(from), { type: 'case announced', from: peer(from), candidate, openedWindow: window - 1 })
      }
    ],
    [
      /^(\S+) asks all to sign that (\S+) is evicted for (integrity|resource)$/,
      (from, subject, dimension) => {
        const terms = verdictTerms(window - 1, WINDOW_MS, { evictions: 0, serial: 0 }, cast().options)
        cast().tell(peer(from), { type: 'proposal', proposal: { ...suspect(subject, dimension), rosterVersion: 1, ...terms }, from: peer(from) })
      }
    ],
    [
      /^how does (\S+) stand\?$/,
      subject => {
        for (const [node, judge] of cast().nodes) {
          const at = cast().at(node)
          const { state, ratio } = standingOf(judge, at, peer(subject))
          const coarse = coarseStanding(judge, at, peer(subject))
          say(node, `${state}, ${percent(ratio)}; tells ${coarse.state}, ${percent(coarse.reputation)}`)
        }
      }
    ]
  ]
  return command => {
    for (const [pattern, perform] of commands) {
      const found = pattern.exec(command)
      if (found != null) return perform(...found.slice(1))
    }
    throw new Error(`no command: ${command}`)
  }
}

function names(text: string): string[] {
  return text.split(' ').filter(name => name !== '')
}

function suspect(subject: string, dimension: EvictableDimension): { readonly subject: PeerIdString; readonly dimension: EvictableDimension } {
  return { subject: peer(subject), dimension }
}

/** `integrity 1 ok 4 bad, proven; resource 4 ok`, or `nothing`. */
function parseTold(text: string): Told {
  if (text === 'nothing') return []
  return text.split('; ').map(part => {
    const found = /^(integrity|resource)(?: (\d+) ok)?(?: (\d+) bad)?(, proven)?$/.exec(part)
    if (found == null) throw new Error(`neither a count nor nothing: ${part}`)
    const [, dimension = '', ok = '0', bad = '0', proven] = found
    return { dimension, ok: Number(ok), bad: Number(bad), finding: proven != null }
  })
}

function percent(ratio: number | undefined): string {
  return ratio == null ? 'no reputation yet' : `${Math.round(ratio * 100)} %`
}
