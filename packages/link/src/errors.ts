export type ServicesErrorCode =
  | 'bad-network' // network.json cannot be used
  | 'bad-roster' // a roster whose signature, network or contents are wrong
  | 'bad-signature' // a signed message whose signature, signer or network is wrong
  | 'bad-option' // an option outside its range
  | 'bad-key' // a key of another kind than Ed25519
  | 'not-kept' // the datastore failed in a write, and does not give back what is written since
  | 'no-gossipsub' // services.pubsub is not the gossipsub that this version knows
  | 'closed' // the stream, or the node, closed before the answer
  | 'timeout' // no answer in time
  | 'refused' // the other side said no; `reason` says why
  | 'busy' // too many requests under way, or sent in this window
  | 'no-route' // no trusted node or seed could be reached
  | 'other-key' // at the address of a peer another one answers

/** The one error class of this package; what a peer does wrong is counted, and reaches nobody as an exception. */
export class ServicesError extends Error {
  override readonly name = 'ServicesError'
  readonly code: ServicesErrorCode

  constructor(code: ServicesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
