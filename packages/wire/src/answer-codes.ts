/** `Answer.status` of the report stream. A number never changes its meaning. */
export const ANSWER_STATUS = Object.freeze({ stored: 1, refused: 2, retry: 3 })

/** `Answer.code` of the report stream: why an entry refused a report, or asks for it again. A number never changes its meaning. */
export const ANSWER_CODES = Object.freeze({
  stored: 0,
  'bad-signature': 1,
  'not-the-reporter': 2,
  'own-subject': 3,
  'unknown-subject': 4,
  'protected-subject': 5,
  'too-many-subjects': 6,
  'old-window': 7,
  'future-window': 8,
  'window-rate': 9,
  'bad-stamp': 10,
  malformed: 11,
  'other-network': 12,
  duplicate: 13,
  busy: 14,
  'no-copies': 15,
  'stale-view': 16,
  'early-window': 17,
  'unknown-seed': 18
})

export type AnswerCode = keyof typeof ANSWER_CODES

/**
 * Codes of a report that the reporter sends again once a clock or a roster is right. Meanwhile it may send others. Every other answer of status `retry`
 * says that the entry takes no report.
 */
const WAITING: ReadonlySet<number> = new Set([ANSWER_CODES['future-window'], ANSWER_CODES['early-window'], ANSWER_CODES['unknown-seed']])

export function isReportWaiting(code: number): boolean {
  return WAITING.has(code)
}

const words = new Map<number, string>(Object.entries(ANSWER_CODES).map(([word, number]) => [number, word]))

/** The word for a code; `code-N` for one that this version does not know. */
export function answerWord(code: number): string {
  return words.get(code) ?? `code-${code}`
}
