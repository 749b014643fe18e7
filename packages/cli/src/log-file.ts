import { watch } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { systemClock } from '@peerwatch/model/system-clock'
import { DATA_ROOT, fileRemedy, fileTrouble, foldersBelow, isForbidden, NodeError, STDOUT } from '@peerwatch/node/api-file'
import { configuredPlaces } from './configured-places.ts'
import { parseLine } from './log-line.ts'
import type { FileHandle } from 'node:fs/promises'
import type { ConfiguredPlaces } from './configured-places.ts'
import type { LogLine } from './log-line.ts'

const LOG = 'log.jsonl'
/** Also looked at without a word of the file system: some tell nothing. */
const LOOK_EVERY_MS = 500
const PIECE_BYTES = 64 * 1024
/** A longer line is no line of ours. */
const LINE_LENGTH_MOST = 1024 * 1024

const EXPECTED = 'the log of a node'
const NAME_IT = 'name the data folder with --data, or the log with --log'

/** Undefined where the log can be read; an error that says why not elsewhere. */
async function logTrouble(path: string): Promise<NodeError | undefined> {
  try {
    // before it is opened: a pipe is waited for, and a device has no end
    const found = await stat(path)
    if (!found.isFile())
      return new NodeError('no-log', { found: `${path} is ${found.isDirectory() ? 'a folder' : 'a device or pipe'}`, expected: EXPECTED, remedy: NAME_IT })
    await (await open(path, 'r')).close()
    return undefined
  } catch (error) {
    return new NodeError(
      isForbidden(error) ? 'not-permitted' : 'no-log',
      { found: `${path} ${fileTrouble(error)}`, expected: EXPECTED, remedy: fileRemedy(error, NAME_IT) },
      { cause: error }
    )
  }
}

/** A log that is named wins over the one in the data folder. */
function logOf({ data, log }: ConfiguredPlaces): string | undefined {
  // an empty variable counts as none
  return log || (data == null || data === '' ? undefined : join(data, LOG))
}

/** The log of a data folder; without one, that of the file of `PEERWATCH_CONFIG`, else the only one below ./peerwatch-data. NodeError `no-log`, `not-permitted`, `bad-config` or `bad-option`. */
export async function findLog(places: ConfiguredPlaces): Promise<string> {
  const named = logOf(places) ?? logOf(await configuredPlaces())
  if (named === STDOUT) {
    throw new NodeError('no-log', {
      found: 'the node writes its log to stdout',
      expected: 'a log file',
      remedy: 'ask what keeps its output, or `peerwatch events`'
    })
  }
  if (named != null) {
    const trouble = await logTrouble(named)
    if (trouble != null) throw trouble
    return named
  }
  const folders = await foldersBelow(DATA_ROOT)
  const logs = await Promise.all(folders.map(async folder => ({ path: join(folder, LOG), trouble: await logTrouble(join(folder, LOG)) })))
  const found = logs.flatMap(({ path, trouble }) => (trouble == null ? [path] : []))
  const [only, ...others] = found
  if (only == null) {
    const shut = logs.find(({ trouble }) => trouble?.code === 'not-permitted')?.trouble
    throw shut ?? new NodeError('no-log', { found: `there is no log below ${DATA_ROOT}`, expected: EXPECTED, remedy: NAME_IT })
  }
  if (others.length === 0) return only
  throw new NodeError('bad-option', {
    found: `${found.length} logs are here (${found.join(', ')})`,
    expected: 'one of them',
    remedy: 'name its data folder with --data'
  })
}

export interface ReadLogInit {
  readonly path: string
  /** How many of the lines that pass, from the end. */
  readonly lines: number
  readonly follow: boolean
  readonly passes: (line: LogLine) => boolean
  readonly print: (text: string) => void
}

/** Prints the end of a log; with `follow` it never resolves. */
export async function readLog({ path, lines, follow, passes, print }: ReadLogInit): Promise<void> {
  const reader = lineReader()
  let file = await open(path, 'r')
  const last: string[] = []
  await reader.read(file, text => {
    if (!isWanted(text, passes)) return
    last.push(text)
    if (last.length > 2 * lines) last.splice(0, last.length - lines)
  })
  for (const text of last.slice(-lines)) print(text)
  if (!follow) {
    await file.close()
    return
  }
  const show = (text: string): void => {
    if (isWanted(text, passes)) print(text)
  }
  for (;;) {
    await reader.read(file, show)
    const [here, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
    // rotated: another file has the name, or this one was cut
    if (there != null && (there.ino !== here.ino || here.size < reader.offset())) {
      await file.close()
      file = await open(path, 'r')
      reader.restart()
      continue
    }
    await changed(path)
  }
}

function isWanted(text: string, passes: ReadLogInit['passes']): boolean {
  const line = parseLine(text)
  // a pretty log cannot be filtered
  return line == null || passes(line)
}

interface LineReader {
  /** Hands over every whole line from where it stopped. */
  readonly read: (file: FileHandle, line: (text: string) => void) => Promise<void>
  readonly offset: () => number
  readonly restart: () => void
}

function lineReader(): LineReader {
  const piece = Buffer.alloc(PIECE_BYTES)
  let decoder = new StringDecoder('utf8')
  let offset = 0
  let rest = ''
  return {
    read: async (file, line) => {
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, piece.length, offset)
        if (bytesRead === 0) return
        offset += bytesRead
        const parts = (rest + decoder.write(piece.subarray(0, bytesRead))).split('\n')
        rest = parts.pop() ?? ''
        if (rest.length > LINE_LENGTH_MOST) rest = ''
        for (const part of parts) line(part)
      }
    },
    offset: () => offset,
    restart: () => {
      offset = 0
      rest = ''
      decoder = new StringDecoder('utf8')
    }
  }
}

async function changed(path: string): Promise<void> {
  return new Promise(resolve => {
    const callOff = systemClock.after(LOOK_EVERY_MS, done)
    let watcher: ReturnType<typeof watch> | undefined
    function done(): void {
      callOff()
      watcher?.close()
      resolve()
    }
    try {
      watcher = watch(path, done).on('error', () => {})
    } catch {
      // gone for a moment, while it is rotated
    }
  })
}
