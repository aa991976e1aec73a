import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { KeptEntry } from '../../../src/broker/index.ts'
import { ottla } from '../cluster.ts'
import { temporaryFolder } from '../temporary-folder.ts'

// `ottla demo` and `ottla history`, which tells what the demo's group went through.

const PROGRAM = fileURLToPath(new URL('../../../out/cli/ottla.js', import.meta.url))
const soon = { timeout: 20_000, interval: 100 }

/** A program that goes on until it is told to end. */
function running(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args])
  const exit = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()))
  return { output, exit, stop: () => void child.kill('SIGINT') }
}

const entriesIn = (out: string) =>
  out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as KeptEntry)

/** Members with something to read, of the last rebalance that is over. */
const readersIn = (entries: readonly KeptEntry[], kind: string, field: string) =>
  (entries.filter((entry) => entry.kind === kind).at(-1)?.details[field] ?? []) as unknown[]

test('a demo makes its cluster, tells each rebalance as JSON, and the history follows it', async () => {
  const folder = temporaryFolder()
  const demo = running('demo', '--data', folder, '--port', '0', '--json', '--rate', '50')
  await vi.waitFor(() => {
    const entries = entriesIn(demo.output.out)
    expect(readersIn(entries, 'rebalance-completed', 'lanes')).toHaveLength(2)
  }, soon)
  const entries = entriesIn(demo.output.out)
  expect(entries.every(({ details }) => details.groupId === 'demo-group')).toBe(true)
  expect(entries[0]).toMatchObject({ kind: 'rebalance-started', details: { cause: 'memberJoined' } })

  // Filters, each on its own, and what is still to come.
  const history = async (...args: string[]) => {
    const { code, out, err } = await ottla('history', '--data', folder, '--json', ...args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return entriesIn(out)
  }
  const ofTopic = await history('--topic', 'demo')
  expect(ofTopic.length).toBeGreaterThan(0)
  expect(new Set(ofTopic.map(({ details }) => details.topic))).toEqual(new Set(['demo']))
  const coordinator = entries[0]?.brokerId ?? -1
  const ofBoth = await history('--group', 'demo-group', '--broker', String(coordinator))
  expect(ofBoth.map(({ seq }) => seq)).toEqual(expect.arrayContaining(entries.map(({ seq }) => seq)))
  expect(await history('--group', 'nobody')).toEqual([])
  const following = running('history', '--data', folder, '--json', '--follow', '--group', 'demo-group')
  await vi.waitFor(() => expect(following.output.out).toContain('rebalance-completed'), soon)

  demo.stop()
  expect(await demo.exit).toEqual([0, null])
  expect(demo.output.err).toBe('Stopping the demo. Ctrl+C again ends it at once.\n')
  await vi.waitFor(() => expect(following.output.out).toContain('"cause":"memberLeft"'), soon)
  following.stop()
  await following.exit
  expect((await ottla('status', '--data', folder)).code).toBe(3)
})

test('a demo of the consumer protocol says in words why its group rebalances', async () => {
  const folder = temporaryFolder()
  const demo = running('demo', '--data', folder, '--port', '0', '--protocol', 'consumer', '--members', '1')
  await vi.waitFor(() => {
    expect(demo.output.out).toMatch(/rebalance: \S+ joined\n/u)
    expect(demo.output.out).toMatch(
      /group epoch \d+ after \d+ ms\n {4}demo-consumer-1: demo 0, 1, 2, 3, 4, 5\n/u,
    )
  }, soon)
  demo.stop()
  expect(await demo.exit).toEqual([0, null])

  expect(await ottla('demo', '--protocol', 'other')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--protocol is "classic" or "consumer", not "other".'),
  })
})
