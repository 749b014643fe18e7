/** Where a node keeps its things, as far as the file that `PEERWATCH_CONFIG` names says. */
export interface ConfiguredPlaces {
  readonly data?: string | undefined
  readonly log?: string | undefined
}

/** Reads where the node's own container keeps its data, so that no command there has to name the folder again. Rejects with NodeError `bad-config`. */
export async function configuredPlaces(): Promise<ConfiguredPlaces> {
  const path = process.env['PEERWATCH_CONFIG']
  if (path == null || path === '') return {}
  const { readConfigFile } = await import('@peerwatch/node/config')
  const { values } = await readConfigFile(path, 'name another one in PEERWATCH_CONFIG')
  return { data: values.get('data')?.value as string | undefined, log: values.get('log.file')?.value as string | undefined }
}
