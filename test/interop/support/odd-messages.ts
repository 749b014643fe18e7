import { generateKeyPair, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { PrivateKey } from '@libp2p/interface'

/** A gossip message as it stands on the wire, and what is odd about it. */
export interface OddMessage {
  readonly what: string
  readonly bytes: Uint8Array
  /** The second under one number: it goes to another relay, each of which takes the first that it hears of. */
  readonly isSecond: boolean
}

/** Fields of gossipsub's `Message`, by name. */
const NUMBERS = { from: 1, data: 2, seqno: 3, topic: 4, signature: 5, key: 6, unknown: 15 } as const
type Field = readonly [name: keyof typeof NUMBERS, value: Uint8Array]

const L = 2n ** 252n + 27742317777372353535851937790883648493n
const TEXT = new TextEncoder()
const EMPTY = new Uint8Array()
/** More than Peerwatch takes on its own topics, less than Go and Rust take. */
const TOO_MANY_BYTES = 1_000_100
let numbers = BigInt(Date.now()) * 1_000_000n

/** Of up to 21 bits: in as few bytes as it takes. */
function varint(value: number): Uint8Array {
  return value < 128 ? Uint8Array.of(value) : Uint8Array.of((value & 127) | 128, ...varint(value >> 7))
}

function encoded(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.flatMap(([name, value]) => [varint((NUMBERS[name] << 3) | 2), varint(value.byteLength), value]))
}

/** An RPC of gossipsub with nothing but these messages. */
export function rpcOf(messages: readonly OddMessage[]): Uint8Array {
  return Buffer.concat(messages.flatMap(({ bytes }) => [Uint8Array.of((2 << 3) | 2), varint(bytes.byteLength), bytes]))
}

function nextNumber(): Uint8Array {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(++numbers)
  return number
}

function nameOf(author: PrivateKey): Uint8Array {
  return peerIdFromPrivateKey(author as never).toMultihash().bytes
}

async function signatureOf(key: PrivateKey, fields: readonly Field[]): Promise<Uint8Array> {
  return key.sign(Buffer.concat([TEXT.encode('libp2p-pubsub:'), encoded(fields)]))
}

/** Ed25519's S is read modulo L by some and refused from L on by others. */
function withLargeS(signature: Uint8Array): Uint8Array {
  const large = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`) + L
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(large.toString(16).padStart(64, '0'), 'hex').toReversed()])
}

/**
 * Messages of which implementations take some and refuse others: by one of two authors each, or by an author whose key is the odd thing.
 *
 * What was signed and what is sent instead are given apart.
 */
export async function oddMessages(topic: string): Promise<readonly OddMessage[]> {
  const key = await generateKeyPair('Ed25519')
  const plain = (author: PrivateKey = key, data: Uint8Array = TEXT.encode('odd')): Field[] => [
    ['from', nameOf(author)],
    ['data', data],
    ['seqno', nextNumber()],
    ['topic', TEXT.encode(topic)]
  ]
  const made: OddMessage[] = []
  const add = async (
    what: string,
    signed: readonly Field[],
    { sent = signed, author = key, after = [], change = (s: Uint8Array) => s }: Sending = {}
  ): Promise<void> => {
    made.push({
      what,
      isSecond: what.startsWith('another message'),
      bytes: encoded([...sent, ['signature', change(await signatureOf(author, signed))], ...after])
    })
  }
  const second = await generateKeyPair('Ed25519')
  for (const author of [key, second]) {
    const unknown: Field = ['unknown', TEXT.encode('?')]
    const [from, data, seqno, named] = plain(author) as [Field, Field, Field, Field]
    await add('nothing odd', plain(author), { author })
    await add('the key of the author is sent along', plain(author), { author, after: [['key', publicKeyToProtobuf(author.publicKey)]] })
    await add('the key of another is sent along', plain(author), {
      author,
      after: [['key', publicKeyToProtobuf((await generateKeyPair('Ed25519')).publicKey)]]
    })
    await add('an unknown field that was signed', [...plain(author), unknown], { author })
    const bare = plain(author)
    await add('an unknown field that was not signed', bare, { author, sent: [...bare, unknown] })
    await add('fields in another order', [from, data, seqno, named], { author, sent: [named, seqno, data, from] })
    const otherOrder = plain(author).toReversed()
    await add('fields in another order that was signed', otherOrder, { author })
    await add('data of no bytes', plain(author, EMPTY), { author })
    await add(
      'no data',
      plain(author).filter(([name]) => name !== 'data'),
      { author }
    )
    const twice = plain(author)
    await add('data twice, of which the last was signed', twice, { author, sent: [['data', TEXT.encode('first')], ...twice] })
    await add('S beyond L', plain(author), { author, change: withLargeS })
    await add(
      'no number',
      plain(author).filter(([name]) => name !== 'seqno'),
      { author }
    )
    for (const bytes of [0, 5, 7, 9]) {
      await add(
        `a number of ${bytes} bytes`,
        plain(author).map(field => (field[0] === 'seqno' ? ['seqno', new Uint8Array(bytes).fill(1)] : field)),
        { author }
      )
    }
    await add(
      'no topic of ours',
      plain(author).map(field => (field[0] === 'topic' ? ['topic', EMPTY] : field)),
      { author }
    )
    const valid = plain(author)
    await add('a message with an ordinary number', valid, { author })
    const again = valid.map((field): Field => (field[0] === 'data' ? ['data', TEXT.encode('again')] : field))
    await add('another message with the same number', again, { author })
    await add('another message with the same number and signature', valid, { author, sent: again })
    await add('a wrong signature', plain(author), { author, change: signature => signature.toReversed() })
    await add('a short signature', plain(author), { author, change: signature => signature.subarray(0, 63) })
    await add('no signature', plain(author), { author, change: () => EMPTY })
    const alias: Field = ['from', Buffer.concat([Uint8Array.of(0, 39), nameOf(author).subarray(2), Uint8Array.of(26, 1, 7)])]
    await add('another form of the name of its author', [alias, ...plain(author).slice(1)], { author })
  }
  await add('much data', plain(key, new Uint8Array(TOO_MANY_BYTES)))
  const smallOrder: Field = ['from', Uint8Array.of(0, 36, 8, 1, 18, 32, 1, ...new Uint8Array(31))]
  for (const data of ['one', 'two']) {
    await add('a key of small order', [smallOrder, ...plain(key, TEXT.encode(data)).slice(1)], { change: () => Uint8Array.of(1, ...new Uint8Array(63)) })
  }
  for (const kind of ['secp256k1', 'RSA'] as const) {
    const author = await generateKeyPair(kind as 'secp256k1')
    await add(`a key of kind ${kind}`, plain(author), { author })
    await add(`a key of kind ${kind}, sent along`, plain(author), { author, after: [['key', publicKeyToProtobuf(author.publicKey)]] })
  }
  return made
}

interface Sending {
  readonly sent?: readonly Field[]
  readonly author?: PrivateKey
  /** After the signature. */
  readonly after?: readonly Field[]
  readonly change?: (signature: Uint8Array) => Uint8Array
}
