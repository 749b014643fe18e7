import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const EVIDENCE = 'packages/reputation/src/evidence.ts'
const SEEN = 'packages/reputation/src/seen-book.ts'
const CASES = 'packages/reputation/src/case-book.ts'
const EXAMINERS = 'packages/reputation/src/examiners.ts'
const SUSPICION = 'packages/reputation/src/suspicion.ts'
const EXAMINE = 'packages/reputation/src/examine.ts'
const VERDICT = 'packages/reputation/src/verdict.ts'

export const reputationMutations: readonly Mutation[] = [
  ...changes(
    'R1',
    EVIDENCE,
    ['evidence.ok * 0.5 **', 'evidence.ok * (age > 0 ? 0.9 : 1) * 0.5 **'],
    ['evidence.bad * 0.5 ** (age /', 'evidence.bad * 0.5 ** (age * age /']
  ),
  ...changes(
    'R2',
    EVIDENCE,
    [
      'const window = Math.max(a.updatedWindow, b.updatedWindow)',
      'const window = b.updatedWindow + 0 * a.updatedWindow; if (window < a.updatedWindow) return a'
    ],
    ['const [x, y] = [decayed(a, window, this.#options), decayed(b, window, this.#options)]', 'const [x, y] = [a, b]']
  ),
  ...changes(
    'R3',
    EVIDENCE,
    ["if (isSame(known, kept, dimensions)) return 'repeated'", ''],
    ["account.windows.set(window, CONFLICT)\n      return 'conflict'", "return 'conflict'"],
    ["if (known === CONFLICT) return 'conflict'", "if (known === CONFLICT) return 'repeated'"],
    ['for (const dimension of this.#options.dimensions.names) delete account.folded[dimension]', '']
  ),
  ...changes(
    'R4',
    EVIDENCE,
    ['if (this.#subjects.size > this.#options.mostSubjects) this.#subjects.delete(this.#subjects.keys().next().value!)', ''],
    ['if (reporters.size > this.#options.mostReportersPerSubject) reporters.delete(reporters.keys().next().value!)', ''],
    ['if (account.windows.size <= this.#options.keptWindows) return', 'if (account.windows.size <= this.#options.keptWindows + 1) return'],
    ['capped(seen, OBSERVATIONS_MOST, 0)', 'seen'],
    ['    reporters.delete(reporter)\n', ''],
    ['    this.#subjects.delete(subject)\n    this.#subjects.set', '    this.#subjects.set']
  ),
  ...changes(
    'R4',
    SEEN,
    ['if (this.#byKey.size > this.#mostNeighbours) this.#byKey.delete(this.#byKey.keys().next().value!)', ''],
    ['for (const window of windows.keys()) if (window <= this.#newestWindow - this.#keptWindows) windows.delete(window)', ''],
    ['      this.#byKey.delete(key)\n      this.#byKey.set', '      this.#byKey.set']
  ),
  ...changes(
    'R5',
    'packages/reputation/src/standing.ts',
    ['ratio < lowest.ratio', 'ratio > lowest.ratio'],
    ['ratio: lowest?.ratio,', 'ratio: lowest && (lowest.ratio + (dimensions[0]![1].ratio ?? lowest.ratio)) / 2,']
  ),
  ...changes(
    'R6',
    EXAMINERS,
    ['compare(a.rank, b.rank) ||', ''],
    ['digest(node, subject, period)', 'digest(node, node, 0)'],
    ['.toSorted((a, b) => compare(a.rank, b.rank) || (a.node < b.node ? -1 : 1))', '']
  ),
  ...changes(
    'R7',
    CASES,
    ["fill('weight', Math.ceil(capacity / 2), byWeight)", "fill('weight', capacity, byWeight)"],
    ["fill('age', Math.floor(capacity / 2), byAge)", "fill('age', Math.floor(capacity / 2), byWeight)"],
    ['if (this.#queue.size > this.#options.mostQueued) this.#queue.delete(caseKeyOf(this.#leastUrgent()))', ''],
    ['b.sinceWindow - a.sinceWindow).slice', 'a.sinceWindow - b.sinceWindow).slice'],
    ['isBefore(least, next, byWeight) ? next : least', 'isBefore(least, next, byWeight) ? least : next'],
    ['places - this.open().filter(open => open.lane === lane).length', 'places']
  ),
  ...changes('R8', SUSPICION, ['voices >= Math.max', 'voices === Math.max']),
  ...changes(
    'R9',
    EXAMINE,
    ['passed * 2 <= drawn.length', 'passed * 2 < drawn.length'],
    ['drawn.length < options.controlsLeast', 'drawn.length < options.controlsLeast - 1'],
    ['>= options.controlLeastSeen', '>= options.controlLeastSeen - 1'],
    ['!seen.finding && row.passes', 'seen.finding || row.passes']
  ),
  ...changes(
    'R10',
    VERDICT,
    ["if (view.ownFinding == null) return 'no own finding'", 'if (view.ownFinding == null) return undefined'],
    ["if (view.ownFinding.outcome !== 'failed') return 'not confirmed'", '']
  ),
  ...changes(
    'R10',
    VERDICT,
    ['proposal.issuedAtMs !== terms.issuedAtMs || ', ''],
    ['|| proposal.expiresAtMs !== terms.expiresAtMs ', ''],
    [' || proposal.serial !== terms.serial', ''],
    ["if (proposal.rosterVersion !== view.rosterVersion) return 'other roster'", ''],
    ["if (view.isImmune) return 'immune'", ''],
    ["if (view.isEvicted) return 'already evicted'", '']
  ),
  ...changes(
    'R11',
    VERDICT,
    ['view.signed.size >= signingCap', 'view.signed.size > signingCap'],
    ['!view.signed.has(proposal.subject) && ', ''],
    ['Math.max(options.signedLeast, ', 'Math.min(options.signedLeast, '],
    ['options.signedShare * registeredCount', 'registeredCount']
  ),
  ...changes('R12', CASES, ["if (closed == null || outcome !== 'acquitted') return closed", 'if (closed != null) return closed']),
  ...changes('R12', 'packages/reputation/src/suspicion.ts', ['isSuspect: voices >=', 'isSuspect: accusing.size >=']),
  ...changes(
    'R50',
    CASES,
    ['(rest?.groups.get(group) ?? now) > now', 'rest?.groups.has(group) === true'],
    ['groups.every(this.atRest', 'groups.some(this.atRest']
  ),
  ...changes('R51', CASES, ['candidate.weight / (1 + this.#acquittals(key, now))', 'candidate.weight']),
  ...changes('R13', 'packages/model/src/clock.ts', ['rng() * (last + 1)', 'rng() * result.length'], ['rng() * (last + 1)', 'rng() * last']),
  ...changes('R14', 'packages/reputation/src/decide.ts', ["if (open == null) return [end('the case is over')]", 'if (open == null) return []'])
]
