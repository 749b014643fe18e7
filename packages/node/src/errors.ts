/** The codes never change within a major version; docs/errors.md says what to do about each. */
export type NodeErrorCode =
  | 'already-exists' // something that `init` would write is there
  | 'bad-address' // a listen address that this machine does not have, or this user may not use
  | 'bad-config' // a configuration file with an unknown or malformed entry
  | 'bad-erasure' // an erasure that the authority of the network did not sign, or of whom none can be
  | 'bad-key' // a key file that is no key, or the key of another node
  | 'bad-network' // network.json is missing or cannot be used
  | 'bad-node' // a node's folder (node.json, pepper) is missing or cannot be used
  | 'bad-option' // an option outside its range, or two that exclude each other
  | 'bad-roster' // a roster of another network, or that its authority did not sign
  | 'data-corrupt' // a database in the data folder is damaged
  | 'data-locked' // another node uses the data folder
  | 'data-of-another' // the data folder belongs to another network, role or key
  | 'data-unusable' // the data folder cannot be made, read or written
  | 'incomplete' // an export may lack something: too few trusted nodes could be asked
  | 'no-answer' // a running node could not answer
  | 'no-log' // there is no log where one is looked for
  | 'not-evicted' // the peer that is to be reinstated is not evicted
  | 'not-permitted' // the node's API did not accept the token of api.json
  | 'not-ready' // the node runs, but does not take part in its network (yet)
  | 'not-running' // no node answers for this data folder
  | 'port-in-use' // another program listens there
  | 'seed-elsewhere' // a warning: a seed listens where network.json does not say
  | 'too-early' // a roster that changes trusted nodes, while not all hold what is theirs
  | 'unknown-peer' // the node asked knows no such peer
  | 'unreachable-seed' // a warning: no seed answers, the node goes on trying
  | 'wrong-role' // the running node does not offer this

/** The three things that every message says, in this order. */
export interface NodeProblem {
  /** The fault, with the name of the file, address or option. */
  readonly found: string
  /** Follows the word "expected". */
  readonly expected: string
  /** What the person can do now. */
  readonly remedy: string
}

/** The one error class of this package: its message is one line, `FOUND; expected EXPECTED; REMEDY`. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: NodeErrorCode
  readonly problem: NodeProblem

  constructor(code: NodeErrorCode, problem: NodeProblem, options?: ErrorOptions) {
    super(`${problem.found}; expected ${problem.expected}; ${problem.remedy}`, options)
    this.code = code
    this.problem = problem
  }
}
