import { join, resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { UsageError } from '../../../src/cli/command.ts'
import { parseUpOptions } from '../../../src/cli/up/options.ts'

test('nothing needs to be said', () => {
  vi.stubEnv('OTTLA_HOME', '/srv/ottla')
  onTestFinished(() => void vi.unstubAllEnvs())

  expect(parseUpOptions([])).toEqual({
    directory: join(resolve('/srv/ottla'), 'clusters', 'local'),
    name: undefined,
    brokers: undefined,
    firstPort: undefined,
    config: {},
    json: false,
    verbose: false,
  })
})

test('everything can be said', () => {
  const args = '--name a --brokers 5 --port 19092 --data here --set x=1 --set y=a=b --json --verbose'.split(
    ' ',
  )

  expect(parseUpOptions(args)).toEqual({
    directory: resolve('here'),
    name: 'a',
    brokers: 5,
    firstPort: 19_092,
    config: { x: '1', y: 'a=b' },
    json: true,
    verbose: true,
  })
})

test('racks are given in turn', () => {
  expect(parseUpOptions(['--racks', 'north, south']).racks).toEqual(['north', 'south'])
  expect(parseUpOptions([]).racks).toBeUndefined()
})

test('an ephemeral cluster has no folder yet', () => {
  expect(parseUpOptions(['--ephemeral', '--port', '0'])).toMatchObject({ directory: null, firstPort: 0 })
})

test.each([
  [['--ephemeral', '--data', 'x'], '--ephemeral keeps nothing, so it takes no --data.'],
  [['--brokers', '0'], '--brokers takes a whole number from 1 to 99, not "0".'],
  [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536".'],
  [['--racks', 'a,,b'], '--racks takes names with commas between them, as in "north,south", not "a,,b".'],
  [['--set', 'a'], '--set takes key=value, not "a".'],
  [['--data', ''], '--data takes a folder, not "".'],
  [['now'], '"now" is one argument too many.'],
])('%j makes no sense', (args, sentence) => {
  expect(() => parseUpOptions(args)).toThrow(new UsageError(sentence))
})
