import { defaultListen } from '@peerwatch/node/files'
import type { Network } from '@peerwatch/link'
import type { Config } from '@peerwatch/node/config'
import type { NodeFolder } from '@peerwatch/node/files'

/** Where a node would listen: what `--listen` says, else node.json or the default, with the port of `--port`. Empty where nothing of it is known. */
export function listenAddresses(config: Config, folder: NodeFolder | undefined, network: Network | undefined): readonly string[] {
  const [given, port] = [config.get('listen'), config.get('listenPort')]
  const usual = given ?? folder?.listen ?? (network == null ? [] : defaultListen(network))
  return port == null ? usual : usual.map(address => address.replace(/\/tcp\/\d+/, `/tcp/${port}`))
}
