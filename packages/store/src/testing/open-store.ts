import type { Place, RecordQuery, RecordStore, StoredRecord } from '@peerwatch/model'

/** Opens an empty store for one test; `reopen`, where the store lasts, closes it and opens it again, as often as it is called. */
export type OpenStore = () => Promise<{ readonly store: RecordStore; readonly reopen?: () => Promise<RecordStore> }>

/** As much of node:test's `test` as the suite uses. */
export type Test = (name: string, body: () => Promise<void>) => unknown

export const ALL: RecordQuery = { fromEpoch: 0, toEpoch: 1_000 }

export async function read(store: RecordStore, query: RecordQuery = ALL): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const record of store.read(query)) records.push(record)
  return records
}

export async function ids(store: RecordStore, query: RecordQuery = ALL): Promise<string[]> {
  return (await read(store, query)).map(({ id }) => id.replace(/0+$/, ''))
}

export function within(
  test: Test,
  open: OpenStore
): (name: string, body: (store: RecordStore, reopen: (() => Promise<RecordStore>) | undefined) => Promise<void>) => void {
  return (name, body) => {
    test(name, async () => {
      const { store, reopen } = await open()
      let current = store
      try {
        await body(
          store,
          reopen &&
            (async () => {
              current = await reopen()
              return current
            })
        )
      } finally {
        await current.close()
      }
    })
  }
}

export function place(digits: string): Place {
  return digits.padEnd(16, '0') as Place
}
