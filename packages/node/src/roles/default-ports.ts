/**
 * Where seeds and trusted nodes listen unless `init` is told otherwise, the first of each; more on one host count up.
 *
 * IANA has given none of 14501 to 14935 away, and no kernel hands them to outgoing connections. Source: the Service Name and Transport Protocol Port
 * Number Registry, as of 2026. Not 4001: that is the swarm port of every IPFS node.
 */
export const DEFAULT_PORTS = Object.freeze({ seeds: 14_601, trusted: 14_701 })
