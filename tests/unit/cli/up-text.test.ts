import { expect, onTestFinished, test, vi } from 'vitest'
import type { LogLine } from '../../../src/broker/index.ts'
import { logText, readyJson, readyText } from '../../../src/cli/up/text.ts'
import { FakeCluster } from '../supervisor/fake-cluster.ts'
import { temporaryFolder } from '../supervisor/temporary-folder.ts'

const line: LogLine = {
  level: 'warn',
  atMs: 1_700_000_000_007,
  brokerId: 2,
  message: 'A follower is behind.',
  fields: {},
}

function inUtc(): void {
  vi.stubEnv('TZ', 'UTC')
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('programs get one line when the cluster is ready', () => {
  const status = new FakeCluster(temporaryFolder()).status()

  expect(readyJson({ status, startupMs: 412, isEphemeral: false })).toBe(
    '{"event":"ready","bootstrapServers":"127.0.0.1:9092,127.0.0.1:9093",' +
      '"brokers":[{"id":1,"port":9092},{"id":2,"port":9093}],"startupMs":412,' +
      `"directory":${JSON.stringify(status.directory)}}\n`,
  )
})

test('people are told where it is and how it ends', () => {
  const status = new FakeCluster(temporaryFolder()).status()

  const text = readyText({ status, startupMs: 412, isEphemeral: true })

  expect(text).toMatch(/^The cluster local is ready after 412 ms\.$/m)
  expect(text).toMatch(/^bootstrap servers {2}127\.0\.0\.1:9092,127\.0\.0\.1:9093$/m)
  expect(text).toContain(`${status.directory} (removed at the end)\n`)
  expect(readyText({ status, startupMs: 412, isEphemeral: false })).not.toContain('removed')
})

test('a log line tells when, how bad, who and what', () => {
  inUtc()

  expect(logText(line)).toBe('22:13:20.007 WARN  broker 2  A follower is behind.\n')
  expect(logText({ ...line, level: 'error', brokerId: null })).toBe(
    '22:13:20.007 ERROR cluster   A follower is behind.\n',
  )
})

test('a log line ends with its values, however odd', () => {
  inUtc()
  const fields = {
    lag: 12,
    topic: 'orders',
    text: 'two words',
    broken: 'a\nb',
    error: new Error('no "disk"'),
    list: [1, 2],
    nothing: undefined,
  }

  expect(logText({ ...line, fields })).toBe(
    '22:13:20.007 WARN  broker 2  A follower is behind. lag=12 topic=orders text="two words" broken="a\\nb"' +
      ' error="no \\"disk\\"" list=[1,2] nothing=undefined\n',
  )
})
