import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { test } from 'node:test'

/**
 * Which way the packages point: model ← wire, trust-tree, detection; detection ← reputation, peer, tier; wire ← link ← peer ← seed, tier ← node ← attacks ← cli; model ← store ← node.
 * What each may import besides its own files: workspace packages by name, others by pattern. Whatever is not listed is refused.
 */
const allowed: Record<string, readonly RegExp[]> = {
  model: [],
  wire: [/^@peerwatch\/model$/, /^protons-runtime$/, /^uint8arrays\/\w+$/, /^uint8arraylist$/],
  'trust-tree': [/^@peerwatch\/model$/],
  detection: [/^@peerwatch\/model$/],
  reputation: [/^@peerwatch\/(model|detection)$/],
  store: [/^@peerwatch\/model$/, /^node:(assert|assert\/strict|crypto|fs|fs\/promises|path|test)$/, /^abstract-level$/, /^classic-level$/, /^memory-level$/],
  link: [
    /^@peerwatch\/(model|model\/system-clock|wire)$/,
    /^@libp2p\/(crypto|gossipsub|interface|interface-internal|peer-id|utils)(\/[\w-]+)?$/,
    /^@multiformats\/multiaddr$/,
    /^(interface-datastore|it-pipe|main-event|multiformats|uint8-varint|uint8arraylist)(\/[\w/-]+)?$/,
    /^node:(crypto|fs\/promises|net)$/
  ],
  peer: [
    /^@peerwatch\/(model|wire|detection|link)$/,
    /^@libp2p\/(crypto|gossipsub|interface|interface-internal|peer-id|peer-record|utils)(\/[\w-]+)?$/,
    /^@multiformats\/multiaddr(-matcher)?$/,
    /^(interface-datastore|it-pipe|main-event|multiformats|uint8-varint|uint8arraylist)(\/[\w/-]+)?$/,
    /^node:(crypto|net)$/
  ],
  seed: [
    /^@peerwatch\/(model|wire|link|peer\/parts)$/,
    /^@libp2p\/(interface|peer-record|utils)(\/[\w-]+)?$/,
    /^@multiformats\/multiaddr(-matcher)?$/,
    /^interface-datastore$/,
    /^node:(crypto|net)$/
  ],
  tier: [
    /^@peerwatch\/(model|wire|trust-tree|detection|reputation|link|peer\/parts)$/,
    /^@libp2p\/interface$/,
    /^(interface-datastore|it-pipe)$/,
    /^node:crypto$/
  ],
  node: [
    /^@peerwatch\/(model|model\/(causes|system-clock|text-of|timing)|wire|store|store\/(folders|level)|detection|link|peer|peer\/parts|seed|tier|trust-tree|reputation)$/,
    /^libp2p$/,
    /^@libp2p\/[\w-]+(\/[\w-]+)?$/,
    /^@chainsafe\/libp2p-(noise(\/crypto)?|yamux)$/,
    /^@multiformats\/multiaddr(-matcher)?$/,
    /^(datastore-core(\/\w+)?|datastore-level|classic-level|fastify|interface-datastore|main-event|pino|prom-client|uint8arraylist|ws|yaml)$/,
    /^node:/
  ],
  attacks: [
    /^@peerwatch\/(model|model\/system-clock|wire|detection|reputation|link|peer|node\/(testnet|events|roles))$/,
    /^libp2p$/,
    /^@libp2p\/[\w-]+(\/[\w-]+)?$/,
    /^@chainsafe\/libp2p-(noise|yamux)$/,
    /^@multiformats\/multiaddr$/,
    /^uint8-varint$/,
    /^node:/
  ],
  cli: [
    /^@peerwatch\/(model|model\/(causes|system-clock|timing)|wire|detection|link|node|node\/(testnet|init|files|make-folder|roles|api-file|ask-seeds|node-view|config|kind|events|rotate|starter)|attacks|attacks\/(cast|play))$/,
    /^@libp2p\/(crypto|interface|peer-id)(\/[\w-]+)?$/,
    /^@multiformats\/multiaddr$/,
    /^(@bomb\.sh\/tab|commander|log-update)$/,
    /^node:/
  ]
}
const IMPORTS = /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm

function* imports(name: string): Generator<{ file: string; specifier: string }> {
  for (const file of globSync(`packages/${name}/src/**/*.{ts,js}`)) {
    for (const [, from, dynamic] of readFileSync(file, 'utf8').matchAll(IMPORTS)) yield { file, specifier: from ?? dynamic ?? '' }
  }
}

test('every package is in the table', () => {
  assert.deepEqual(readdirSync('packages').toSorted(), Object.keys(allowed).toSorted())
})

for (const [name, patterns] of Object.entries(allowed)) {
  test(`${name} imports only what the table allows`, () => {
    for (const { file, specifier } of [...imports(name)].filter(found => !found.specifier.startsWith('.'))) {
      const what = isBuiltin(specifier) ? `the builtin ${specifier}` : specifier
      assert.ok(
        patterns.some(pattern => pattern.test(specifier)),
        `${file} imports ${what}`
      )
    }
  })

  test(`${name} names its own files as Node finds them, and no file of another package`, () => {
    for (const { file, specifier } of [...imports(name)].filter(found => found.specifier.startsWith('.'))) {
      assert.match(specifier, /\.ts$|\/generated\/\w+\.js$/, `${file}: Node finds ./x.ts only under its real name`)
      const target = new URL(specifier, `file:///${file}`).pathname
      assert.ok(target.startsWith(`/packages/${name}/src/`), `${file} imports ${specifier} from another package`)
    }
  })

  test(`${name} declares what it imports`, () => {
    const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as { name: string; dependencies?: Record<string, string> }
    for (const { file, specifier } of imports(name)) {
      const found = /^(@[^/]+\/[^/]+|[^@./][^/]*)/.exec(specifier)?.[0]
      const declared = found == null || isBuiltin(specifier) || found in (manifest.dependencies ?? {})
      assert.ok(declared, `${file} imports ${specifier}, which ${manifest.name} does not declare`)
    }
  })
}

/** A play deals the parts of a fixed cast, whose roles it, and the demo that shows it, know by name. */
const OWN_CAST = /^packages\/(cli\/src\/demo|attacks\/src\/play)\//
const ROLE_BY_NAME = /\brole (===|!==) '|'(seed|trusted|watcher|peer)' (===|!==) \w*[rR]ole\b/

test('nothing compares a role by its name: whoever asks about a role reads its row in the table of roles', () => {
  for (const file of globSync('packages/*/src/**/*.ts').filter(path => !OWN_CAST.test(path))) {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find(text => ROLE_BY_NAME.test(text))
    assert.equal(line, undefined, `${file} knows a role by name`)
  }
})

test('folders are made by one function, which ends everywhere: that of Node does not', () => {
  for (const file of globSync('packages/*/src/**/*.ts')) assert.doesNotMatch(readFileSync(file, 'utf8'), /mkdir(?:Sync)?\([^)]*recursive: true/, file)
})
