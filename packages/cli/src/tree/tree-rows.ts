/** The drawing of a tree needs to know this of a node. */
export interface TreeMember {
  readonly name: string
  readonly parent?: string | undefined
}

export interface TreeRow<Member extends TreeMember> {
  readonly branch: string
  readonly node: Member
}

interface Marks {
  readonly lower: string
  readonly upper: string
  readonly line: string
  readonly none: string
}

/** By the columns that a level takes. */
const MARKS = {
  3: { lower: '┌─ ', upper: '└─ ', line: '│  ', none: '   ' },
  2: { lower: '┌─', upper: '└─', line: '│ ', none: '  ' },
  1: { lower: '┌', upper: '└', line: '│', none: ' ' }
} as const satisfies Record<number, Marks>

/** The binary tree on its side, one row per node in the order of the key space: threads run down the page. */
export function treeRows<Member extends TreeMember>(members: readonly Member[], levelColumns: keyof typeof MARKS = 3): TreeRow<Member>[] {
  const { lower: fromLower, upper: fromUpper, line, none } = MARKS[levelColumns]
  const order = new Map(members.map((node, index) => [node.name, index]))
  const children = (name: string): Member[] => members.filter(({ parent }) => parent === name)
  const rows: TreeRow<Member>[] = []
  const seen = new Set<string>()
  const visit = (node: Member, before: string, here: string, after: string): void => {
    if (seen.has(node.name)) return
    seen.add(node.name)
    const position = order.get(node.name) ?? 0
    const lower = children(node.name).filter(child => (order.get(child.name) ?? 0) < position)
    const upper = children(node.name).filter(child => (order.get(child.name) ?? 0) > position)
    for (const child of lower) visit(child, `${before}${none}`, `${before}${fromLower}`, `${before}${line}`)
    rows.push({ branch: here, node })
    for (const child of upper) visit(child, `${after}${line}`, `${after}${fromUpper}`, `${after}${none}`)
  }
  // A parent that is not shown (its node is down) makes a root of its own.
  for (const root of members.filter(({ parent }) => parent == null || !order.has(parent))) visit(root, '', '', '')
  return rows
}
