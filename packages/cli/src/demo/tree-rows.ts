import type { DemoTrusted } from './state.ts'

export interface TreeRow {
  readonly branch: string
  readonly node: DemoTrusted
}

/** The binary tree on its side, one row per node in the order of the key space: threads run down the page. */
export function treeRows(trusted: readonly DemoTrusted[]): TreeRow[] {
  const order = new Map(trusted.map((node, index) => [node.name, index]))
  const children = (name: string): DemoTrusted[] => trusted.filter(({ parent }) => parent === name)
  const rows: TreeRow[] = []
  const seen = new Set<string>()
  const visit = (node: DemoTrusted, before: string, here: string, after: string): void => {
    if (seen.has(node.name)) return
    seen.add(node.name)
    const position = order.get(node.name) ?? 0
    const lower = children(node.name).filter(child => (order.get(child.name) ?? 0) < position)
    const upper = children(node.name).filter(child => (order.get(child.name) ?? 0) > position)
    for (const child of lower) visit(child, `${before}   `, `${before}┌─ `, `${before}│  `)
    rows.push({ branch: here, node })
    for (const child of upper) visit(child, `${after}│  `, `${after}└─ `, `${after}   `)
  }
  // A parent that is not shown (its node is down) makes a root of its own.
  for (const root of trusted.filter(({ parent }) => parent == null || !order.has(parent))) visit(root, '', '', '')
  return rows
}
