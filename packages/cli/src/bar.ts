/**
 * A bar of blocks, of which a share is full.
 *
 * @param ratio - from 0 to 1; what is beyond is shown as the nearer end
 * @param width - columns
 */
export function bar(ratio: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, ratio)) * width)
  return '█'.repeat(filled) + '░'.repeat(width - filled)
}
