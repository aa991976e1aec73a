import { ProduceAcks } from '@platformatic/kafka'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { exportRecords } from '../../../src/main/sessions/browse/export-file.ts'
import { useCluster } from '../cluster.ts'
import { createTopic, openProducer } from '../platformatic/client.ts'
import { browsed, readingOf } from './session.ts'

const cluster = useCluster()

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'records')
}

async function filledTopic(count: number): Promise<string> {
  const topic = await createTopic(cluster(), { partitions: 2 })
  const messages = Array.from({ length: count }, (_, index) => ({
    topic,
    partition: index % 2,
    key: `k${index}`,
    value: `v${index}`,
    timestamp: BigInt(1_700_000_000_000 + index),
  }))
  await openProducer(cluster()).send({ acks: ProduceAcks.ALL, messages })
  return topic
}

test.each([
  ['ndjson', 250],
  ['csv', 251],
] as const)('the newest records are written as %s, in the order they are read', async (format, lines) => {
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic: await filledTopic(300) })
  const file = newFile()
  const states: string[] = []
  const question = { ...reading, format, limit: 250, file }
  for await (const { state } of exportRecords(browse, question, new AbortController().signal))
    states.push(state)
  const written = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(states.at(-1)).toBe('done')
  expect(written).toHaveLength(lines)
  expect(written.at(lines - 250)).toContain('v299')
  expect(written.at(-1)).toContain('v50')
})

test('a cancelled export leaves no file', async () => {
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic: await filledTopic(20) })
  const file = newFile()
  const abort = new AbortController()
  const stream = exportRecords(browse, { ...reading, format: 'csv', limit: null, file }, abort.signal)
  abort.abort()
  for await (const { state } of stream) expect(state).not.toBe('done')
  expect(existsSync(file)).toBe(false)
})

test('a file that can’t be written is told with a remedy', async () => {
  const browse = browsed(cluster())
  const reading = await readingOf(browse, { topic: await filledTopic(2) })
  const question = {
    ...reading,
    format: 'csv' as const,
    limit: null,
    file: join(newFile(), 'in', 'a', 'file'),
  }
  const stream = exportRecords(browse, question, new AbortController().signal)
  await expect(stream.next()).rejects.toMatchObject({ failure: { code: 'FILE_NOT_WRITABLE' } })
})
