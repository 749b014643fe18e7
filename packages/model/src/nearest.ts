/** How many letters must change to make one word the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + Number(letter !== b[j - 1])))
    }
    row = next
  }
  return row[b.length] ?? 0
}

const WORD_LENGTH_MOST = 60

/** The known word that was probably meant; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > WORD_LENGTH_MOST) return undefined
  const [best] = known.map(name => ({ name, off: distance(word.toLowerCase(), name.toLowerCase()) })).toSorted((a, b) => a.off - b.off)
  return best != null && best.off <= Math.max(2, Math.floor(word.length / 4)) ? best.name : undefined
}
