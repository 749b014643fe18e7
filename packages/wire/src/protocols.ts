/** The protocols of Peerwatch. A change that another version could not read gets a new number. */
export const PROTOCOLS = Object.freeze({
  registry: '/peerwatch/registry/1.0.0',
  report: '/peerwatch/report/1.0.0',
  tree: '/peerwatch/tree/1.0.0',
  query: '/peerwatch/query/1.0.0',
  watch: '/peerwatch/watch/1.0.0',
  cut: '/peerwatch/cut/1.0.0',
  appeal: '/peerwatch/appeal/1.0.0',
  /** libp2p's own: any host can be watched without knowing Peerwatch. */
  ping: '/ipfs/ping/1.0.0'
})
