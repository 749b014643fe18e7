import assert from 'node:assert/strict'
import { lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isPetname, petnamesFile, readPetnames, writePetname } from '../src/petnames.ts'
import type { TestContext } from 'node:test'

const [ONE, TWO] = ['12D3KooWF2JxdPsW42Hf1jrMfJopHCuJbMqFbFWPVwEYYF9ycbKf', '12D3KooWFZPEbDkXxbjvSxcbUJALnoCdnfvjjHBxWJto8XrhbG3h']

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'peerwatch-names-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return petnamesFile({ XDG_CONFIG_HOME: folder })
}

test('a name is kept for its peer alone until it is taken back, in a file that only its user reads', async t => {
  const path = place(t)
  assert.deepEqual([...(await readPetnames(path))], [])
  await writePetname(ONE, 'the old laptop', path)
  await writePetname(TWO, 'Grüße 2', path)
  assert.deepEqual(
    [...(await readPetnames(path))],
    [
      [ONE, 'the old laptop'],
      [TWO, 'Grüße 2']
    ]
  )
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await assert.rejects(writePetname(TWO, 'the old laptop', path), { code: 'bad-option', message: new RegExp(`the old laptop is what you call ${ONE}`) })
  await writePetname(ONE, undefined, path)
  await writePetname(TWO, 'the old laptop', path)
  assert.deepEqual([...(await readPetnames(path))], [[TWO, 'the old laptop']])
})

test('no name can be taken for an id, a command to the terminal or nothing', () => {
  for (const name of ['a', 'trusted-1', 'the old laptop', 'v1.2_b', 'Анна', '東京']) assert.ok(isPetname(name), name)
  for (const name of ['', ' a', 'a ', '12D3KooWF2Jx', '12d3koow', 'QmYwAPJz', 'a\u001B[2J', 'a\nb', '…', 'a$(b)', '"a"', '-a', 'x'.repeat(41)]) {
    assert.ok(!isPetname(name), JSON.stringify(name))
  }
})

test('a file that is a link stays one', async t => {
  const path = place(t)
  await writePetname(ONE, 'mine', path)
  const kept = `${path}.kept`
  renameSync(path, kept)
  symlinkSync(kept, path)
  await writePetname(TWO, 'yours', path)
  assert.ok(lstatSync(path).isSymbolicLink())
  assert.deepEqual(Object.values(JSON.parse(readFileSync(kept, 'utf8')) as object), ['mine', 'yours'])
})

for (const text of ['', '{', '[]', `{"${ONE}":7}`, `{"${ONE}":"a\\u001b[2J"}`, '{"12D3":"a"}', '{"\\u001b[2J":"a"}']) {
  test(`a file that holds ${JSON.stringify(text)} is told and left as it is`, async t => {
    const path = place(t)
    await writePetname(ONE, 'mine', path)
    writeFileSync(path, text)
    await assert.rejects(writePetname(ONE, 'yours', path), { code: 'bad-config' })
    assert.equal(readFileSync(path, 'utf8'), text)
  })
}
