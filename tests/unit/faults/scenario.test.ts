import { describe, expect, test } from 'vitest'
import { checkFaultSpec } from '../../../src/broker/supervisor/faults/check.ts'
import { describeFault } from '../../../src/broker/supervisor/faults/describe.ts'
import { ScenarioRun } from '../../../src/broker/supervisor/faults/scenario-run.ts'
import { parseFaultEntry, parseScenario } from '../../../src/broker/supervisor/faults/scenario.ts'
import { FakeFaults } from '../supervisor/fake-faults.ts'
import { FakeClock } from '../fake-clock.ts'

const whole = `
# everything there is
faults:
  - rule: { api: produce, client: app-*, topic: orders, broker: 1, next: 3, error: not_leader_or_follower }
  - delay: { link: 1-2, ms: 200, jitter: 50 }
steps:
  - at: 5s
    freeze: { broker: 2 }
    for: 1.5 s
  - { at: 100ms, cut: clients-3, for: 5s }
  - { at: 1m, disk: { broker: 1, state: slow, ms: 50 } }
  - { at: 2m, kill: 1, for: 5s }
  - { at: 3m, stop: { broker: 2 } }
  - { at: 1h, clear: all }
`

test('a scenario is read', () => {
  const link = { from: 1, to: 2, oneWay: false }
  expect(parseScenario(whole, 's.yaml')).toEqual({
    faults: [
      {
        kind: 'rule',
        match: { api: 'Produce', clientId: 'app-*', topic: 'orders', brokerId: 1 },
        when: { type: 'next', n: 3 },
        action: { type: 'error', error: 'NOT_LEADER_OR_FOLLOWER' },
      },
      { kind: 'delay', ...link, delayMs: 200, jitterMs: 50 },
    ],
    steps: [
      {
        atMs: 5_000,
        action: { type: 'fault', spec: { kind: 'freeze', brokerId: 2 } },
        forMs: 1_500,
        line: 7,
      },
      {
        atMs: 100,
        action: { type: 'fault', spec: { kind: 'cut', from: 'clients', to: 3, oneWay: false } },
        forMs: 5_000,
        line: 10,
      },
      {
        atMs: 60_000,
        action: { type: 'fault', spec: { kind: 'disk', brokerId: 1, state: 'slow', delayMs: 50 } },
        forMs: null,
        line: 11,
      },
      { atMs: 120_000, action: { type: 'kill', brokerId: 1 }, forMs: 5_000, line: 12 },
      { atMs: 180_000, action: { type: 'stop', brokerId: 2 }, forMs: null, line: 13 },
      { atMs: 3_600_000, action: { type: 'clear' }, forMs: null, line: 14 },
    ],
  })
})

test.each([
  ['faults:\n  - cut: 1', 's.yaml, line 2: "cut" does not say enough. It takes link, oneWay.'],
  ['faults:\n  - cut: 1-1', 's.yaml, line 2: A link has two different ends. Name two brokers, as in 1-2.'],
  [
    'faults:\n  - cut: a-b',
    's.yaml, line 2: "a-b" is no link. Write it as 1-2 for two brokers, clients-2 for clients and a broker.',
  ],
  [
    'faults:\n  - breeze: 2',
    's.yaml, line 2: This is no fault. Write one of freeze, cut, delay, disk, rule.',
  ],
  [
    'faults:\n  - rule:\n      api: Prodce\n      drop: true',
    's.yaml, line 3: Kafka has no API "Prodce" that is known here. Use a name such as Produce or Fetch, or its key.',
  ],
  [
    'faults:\n  - rule:\n      api: Produce\n      error: NOPE',
    's.yaml, line 4: Kafka has no error "NOPE". Use a name such as NOT_LEADER_OR_FOLLOWER.',
  ],
  [
    'faults:\n  - rule:\n      api: Produce\n      eror: NOPE',
    's.yaml, line 4: "rule" has no "eror". It takes api, client, topic, broker, nth, next, every, probability, seed, error, drop, delay, close.',
  ],
  [
    'faults:\n  - rule: { api: Produce }',
    's.yaml, line 2: A rule has to do something. Give it an error, drop, delay or close.',
  ],
  [
    'faults:\n  - rule: { api: Produce, drop: true, nth: 1, next: 2 }',
    's.yaml, line 2: A rule has "nth" and "next". Leave all but one out.',
  ],
  ['steps:\n  - freeze: 2', 's.yaml, line 2: This step has no time. Add "at: 5s".'],
  [
    'steps:\n  - at: 5\n    freeze: 2',
    's.yaml, line 2: "5" is no time. Write it with its unit: 500ms, 5s, 2m.',
  ],
  ['steps:\n  - at: 5s\n    kill: all', 's.yaml, line 3: "kill" names no broker. Write it as kill: 2.'],
  [
    'steps:\n  - at: 5s\n    start: 1\n    for: 2s',
    's.yaml, line 4: "start" does not last. Leave "for" out.',
  ],
  [
    'steps:\n  - at: 5s',
    's.yaml, line 2: This step does nothing. Write one of freeze, cut, delay, disk, rule, kill, stop, start, clear.',
  ],
  ['step:\n  - at: 5s', 's.yaml, line 1: A scenario has no "step". It takes faults and steps.'],
  ['steps: 5', 's.yaml, line 1: "steps" is no list. Begin each of its entries with "- ".'],
  ['faults:\n  - {cut: 1-2', /^s\.yaml, line \d: .+ Correct the YAML\.$/],
])('%j is refused', (text, sentence) => {
  expect(() => parseScenario(text, 's.yaml')).toThrow(sentence)
})

test('an empty file does nothing', () => {
  expect(parseScenario('', 's.yaml')).toEqual({ faults: [], steps: [] })
})

test('one fault is read from the command line', () => {
  expect(parseFaultEntry('{cut: 1-2}')).toEqual({ kind: 'cut', from: 1, to: 2, oneWay: false })
  expect(() => parseFaultEntry('{}')).toThrow('This is not one fault.')
})

test('the steps are taken when their time comes, and taken back', async () => {
  const clock = new FakeClock()
  const faults = new FakeFaults()
  const calls: string[] = []
  const act = (name: string) => (id: number) => {
    calls.push(`${name} ${id}`)
    return Promise.resolve()
  }
  const cluster = { faults, killBroker: act('kill'), stopBroker: act('stop'), startBroker: act('start') }
  const scenario = parseScenario(whole, 's.yaml')
  const run = new ScenarioRun({
    cluster,
    scenario,
    clock,
    onProblem: (_step, error) => calls.push(String(error)),
  })
  const pass = async (ms: number) => {
    clock.advance(ms)
    await new Promise(setImmediate)
    return faults.list().map(({ spec }) => spec.kind)
  }
  await run.start()
  expect(await pass(99)).toEqual(['rule', 'delay'])
  expect(await pass(1)).toEqual(['rule', 'delay', 'cut'])
  expect(await pass(4_900)).toEqual(['rule', 'delay', 'cut', 'freeze'])
  expect(await pass(100)).toEqual(['rule', 'delay', 'freeze'])
  expect(await pass(1_400)).toEqual(['rule', 'delay'])
  expect(await pass(120_000)).toEqual(['rule', 'delay', 'disk'])
  expect(calls).toEqual(['kill 1', 'start 1'])
  run.stop()
  expect(await pass(3_600_000)).toEqual(['rule', 'delay', 'disk'])
})

describe('checking', () => {
  test.each([
    [null, 'This is no fault.'],
    [{ kind: 'melt' }, 'This is no kind of fault.'],
    [{ kind: 'freeze' }, 'No broker is named.'],
    [{ kind: 'freeze', brokerId: '2' }, `"2" is no broker's id.`],
    [{ kind: 'disk', brokerId: 1, state: 'slow' }, 'nothing is no number for delayMs.'],
    [{ kind: 'disk', brokerId: 1, state: 'wet' }, 'A disk is not made "wet".'],
    [{ kind: 'delay', from: 1, to: 2, delayMs: 0 }, 'A delay of nothing changes nothing.'],
    [{ kind: 'cut', from: 1, to: 2, oneWay: 'yes' }, '"yes" is neither true nor false.'],
    [
      { kind: 'rule', match: { api: 'Fetch' }, when: { type: 'nth', n: 0 }, action: { type: 'drop' } },
      '0 is no number for nth.',
    ],
    [
      {
        kind: 'rule',
        match: { api: 'Fetch' },
        when: { type: 'probability', probability: 2 },
        action: { type: 'drop' },
      },
      '2 is no probability.',
    ],
    [
      { kind: 'rule', match: { api: 'Fetch', clientId: '' }, action: { type: 'drop' } },
      '"" is nothing to compare with.',
    ],
  ])('%j', (value, sentence) => {
    expect(() => checkFaultSpec(value)).toThrow(sentence)
  })

  test('what is of no fault is left out, and an API may be named by its key', () => {
    const spec = { kind: 'rule', match: { api: 1 }, action: { type: 'close', extra: 1 }, extra: 1 }
    expect(checkFaultSpec(spec)).toEqual({
      kind: 'rule',
      match: { api: 'Fetch', clientId: null, topic: null, brokerId: null },
      when: { type: 'always' },
      action: { type: 'close' },
    })
  })
})

test.each([
  ['{freeze: 2}', 'Broker 2 is frozen'],
  ['{cut: clients-2}', 'The link between clients and broker 2 is cut'],
  [
    '{delay: {link: 1-2, ms: 200, jitter: 50, oneWay: true}}',
    'The link from broker 1 to broker 2 is slow: 200 ms and up to 50 ms more',
  ],
  [
    '{disk: {broker: 1, state: slow, ms: 5}}',
    'The disk of broker 1 is slow: 5 ms more for each commit and each read',
  ],
  ['{disk: {broker: 1, state: fail}}', 'The disk of broker 1 fails'],
  [
    '{rule: {api: Produce, topic: t, next: 3, error: NOT_LEADER_OR_FOLLOWER}}',
    'Each of the next 3 Produce requests for topic t is answered NOT_LEADER_OR_FOLLOWER',
  ],
  [
    '{rule: {api: Fetch, client: c, broker: 1, nth: 2, delay: 50}}',
    'Request number 2 of Fetch from c to broker 1 is delayed by 50 ms',
  ],
])('%s reads: %s', (entry, sentence) => {
  expect(describeFault(parseFaultEntry(entry))).toBe(sentence)
})
