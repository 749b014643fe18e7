import { delay } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { namesFrom } from '../known-peers.ts'
import { fitted, shortId } from '../look.ts'
import { redrawn } from '../redrawn.ts'
import { say, pageOf } from '../terminal.ts'
import { treeChanges } from './tree-changes.ts'
import { treeText } from './tree-text.ts'
import type { TreeView } from '@peerwatch/node/node-view'
import type { ApiClient } from '../api-client.ts'
import type { Names } from '../known-peers.ts'

const EVERY_MS = 1_000
const SIGINT_CODE = 130

interface Shown {
  readonly show: (answer: TreeView, names: Names) => void
  readonly done: () => void
}

function onTerminal(stream: NodeJS.WriteStream): Shown {
  const { show, done } = redrawn(stream)
  return {
    show: (answer, names) => {
      show(look => treeText(answer, look), names)
    },
    done
  }
}

/** The tree once, and then a line for each change. */
function asLines(): Shown {
  let before: TreeView | undefined
  return {
    show: (answer, names) => {
      const nowMs = systemClock.nowMs()
      const called = (peer: string): string => names.of(peer) ?? shortId(peer)
      if (before == null) say(fitted({ ...pageOf(process.stdout), names, nowMs }, look => treeText(answer, look)))
      else for (const line of treeChanges(before, answer, { called, nowMs })) say(line)
      before = answer
    },
    done: () => {}
  }
}

/** One object a line, of every answer. */
function asJson(): Shown {
  return {
    show: answer => {
      console.log(JSON.stringify(answer))
    },
    done: () => {}
  }
}

/** A node that has left the roster keeps the name that it had there. */
function withFormer(now: Names, former: Names | undefined): Names {
  return { of: peer => now.of(peer) ?? former?.of(peer), claim: now.claim }
}

/** Shows the tree again and again until Ctrl+C; rejects as the node's API does where the node ends. */
export async function watchTree(node: ApiClient, isJson: boolean): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    process.exitCode = SIGINT_CODE
    stop.abort()
  })
  const shown = isJson ? asJson() : process.stdout.isTTY ? onTerminal(process.stdout) : asLines()
  let names: Names | undefined
  let named = ''
  try {
    while (!stop.signal.aborted) {
      const answer = await node<TreeView>('GET', '/v1/tree')
      const members = answer.nodes.map(({ node: id }) => id).join()
      // a new node has a name in the roster
      if (names == null || members !== named) names = withFormer(await namesFrom(node), names)
      named = members
      shown.show(answer, names)
      await delay(systemClock, EVERY_MS, stop.signal).catch(() => {})
    }
  } finally {
    shown.done()
  }
}
