/*
 * What the place costs where faults come in: a Produce request through the dispatcher to a handler that does nothing,
 * without any rules, with none in force, with one about another client, and with one about another topic (for which
 * the request is decoded once more). Time of the processor, in turns, so that a busy machine does not count.
 */
import { BrokerFaults } from '../../src/broker/faults/broker-faults.ts'
import type { RuleMatch } from '../../src/broker/faults/spec.ts'
import { Dispatcher } from '../../src/broker/handlers/dispatch.ts'
import type { ApiHandler } from '../../src/broker/handlers/handler.ts'
import type { BrokerServices } from '../../src/broker/handlers/services.ts'
import { systemClock } from '../../src/broker/clock.ts'
import type { Connection } from '../../src/broker/network/connection.ts'
import { encodeRequest } from '../../src/broker/protocol/frame.ts'
import { produce } from '../../src/broker/protocol/messages/00-produce.ts'
import { median, print, printHead } from './_report.ts'

const RUNS = 7
const REQUESTS = 40_000
const SIZE_BYTES = 4

const handler: ApiHandler = {
  api: produce,
  internal: false,
  forwarded: false,
  handle: () => ({ responses: [] }),
}
const services = { metadata: { image: { topicsById: new Map() } } } as unknown as BrokerServices
const connection = { clientAddress: '127.0.0.1' } as Connection
const partitionData = [{ index: 0, records: Buffer.alloc(16_384) }]
const frame = Buffer.concat(
  encodeRequest(
    produce,
    12,
    { correlationId: 1, clientId: 'bench' },
    { acks: 1, timeoutMs: 30_000, topicData: [{ name: 'bench', partitionData }] },
  ),
).subarray(SIZE_BYTES)

function dispatcher(match: Partial<RuleMatch> | null): Dispatcher {
  const faults = new BrokerFaults({ brokerId: 1, clock: systemClock })
  const spec = {
    kind: 'rule',
    match: { api: 'Produce', clientId: null, topic: null, brokerId: null, ...match },
    when: { type: 'always' },
    action: { type: 'drop' },
  } as const
  faults.apply(match === null ? [] : [{ id: 1, spec, hits: new SharedArrayBuffer(64) }])
  return new Dispatcher([handler], services, faults.rules)
}

const plans = [
  { what: 'a request without the place for rules', by: new Dispatcher([handler], services) },
  { what: 'with no rule in force', by: dispatcher(null) },
  { what: 'with a rule for another client', by: dispatcher({ clientId: 'nobody' }) },
  { what: 'with a rule for another topic', by: dispatcher({ topic: 'nothing' }) },
].map((plan) => ({ ...plan, runs: [] as number[] }))

/** Nanoseconds of the processor for each request. */
async function measure(by: Dispatcher): Promise<number> {
  const before = process.cpuUsage()
  for (let request = 0; request < REQUESTS; request++) await by.respond(frame, connection)
  const { user, system } = process.cpuUsage(before)
  return (1_000 * (user + system)) / REQUESTS
}

for (const { by } of plans) await measure(by)
for (let run = 0; run < RUNS; run++) {
  for (const { by, runs } of plans) runs.push(await measure(by))
}
printHead()
const without = median(plans[0]?.runs ?? [])
for (const { what, runs } of plans) print({ what, target: null, unit: 'ns', runs })
for (const { what, runs } of plans.slice(1)) {
  print({ what: `${what}, more than without`, target: null, unit: 'ns', runs: [median(runs) - without] })
}
