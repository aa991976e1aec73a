import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { bundle } from '../../../scripts/bundle.mjs'
import { systemClock } from '../../../src/broker/clock.ts'
import { LogManager } from '../../../src/broker/log/log-manager.ts'
import type { PartitionLog } from '../../../src/broker/log/partition-log.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { patchBatch } from '../../../src/broker/protocol/record-batch.ts'
import { numberedBatch, PARTITIONS, RECORDS } from './numbered-batch.ts'
import { TOPIC, TOPIC_ID, topicConfig } from './topic-config.ts'

// Beside node_modules, where the bundle finds what it leaves out.
const root = fileURLToPath(new URL('../../..', import.meta.url))
const programs = join(root, 'out', `crash-child-${process.pid}`)

beforeAll(() => bundle({ child: join(root, 'tests/unit/log/crash-child.ts') }, programs))
afterAll(() => rmSync(programs, { recursive: true, force: true }))

it.each([1, 60, 700])(
  'after kill -9 at %i commits every acknowledged batch is there, byte for byte, and the log goes on',
  { timeout: 30_000 },
  async (commits) => {
    const folder = mkdtempSync(join(tmpdir(), 'ottla-crash-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const acknowledged = await killedAfter(commits, folder)
    expect(acknowledged).toBeGreaterThanOrEqual(commits * RECORDS)

    const logs = new LogManager({
      dataDir: folder,
      clock: systemClock,
      log: createLogger(1, () => undefined),
    })
    onTestFinished(() => logs.close())
    const partitions = Array.from({ length: PARTITIONS }, (_, index) =>
      logs.getOrCreate(TOPIC_ID, TOPIC, index, topicConfig()),
    )
    for (const log of partitions) {
      expect(log.logEndOffset).toBeGreaterThanOrEqual(acknowledged)
      expect(wrongBatches(log)).toEqual([])
    }
    // A turn is one transaction: no partition has a batch of a turn which another has not.
    expect(new Set(partitions.map(({ logEndOffset }) => logEndOffset)).size).toBe(1)

    const [log] = partitions
    const again = log!.appendAsLeader(numberedBatch(0, log!.logEndOffset - RECORDS), leader)
    expect(again).toMatchObject({ baseOffset: log!.logEndOffset - RECORDS, duplicate: true })
    expect(log!.appendAsLeader(numberedBatch(0, log!.logEndOffset), leader).duplicate).toBe(false)
  },
)

const leader = { leaderEpoch: 0, origin: 'client', nowMs: Date.now() } as const

/** @returns the end offset the child said last */
async function killedAfter(commits: number, folder: string): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [join(programs, 'child.js'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout! })
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')])
  const said: number[] = []
  lines.on('line', (line) => said.push(Number(line)))
  await vi.waitUntil(() => said.length >= commits, { timeout: 20_000, interval: 1 })
  child.kill('SIGKILL')
  await ended
  return said.at(-1) ?? 0
}

/** Base offsets of the batches which are not what the child appended. */
function wrongBatches(log: PartitionLog): number[] {
  const { batches } = log.read(0, Infinity, Infinity, true)
  const expected = Array.from({ length: log.logEndOffset / RECORDS }, (_, number) => number * RECORDS)
  expect(batches).toHaveLength(expected.length)
  return expected.filter((offset, number) => {
    const batch = numberedBatch(log.partition, offset)
    patchBatch(batch, 0, { baseOffset: offset, leaderEpoch: 0 })
    return !batch.equals(batches[number]!)
  })
}
