/*
 * What the place costs where faults come in: requests with no rule at all, beside requests that pass a rule which is
 * about another client, and one about another topic (for which each request is decoded once more). The runs take
 * turns, each in a fresh cluster, so that all see the same machine.
 */
import { buildProgram, runOttla, withCluster } from './_cluster.ts'
import { median, print, printHead } from './_report.ts'
import { produceThroughput } from './_throughput.ts'

const RUNS = 3
/** Small batches: many requests. */
const LOAD = { acks: 1, replicas: 1, recordsPerBatch: 16 }

const plans = [
  { label: 'no rule', rule: null },
  { label: 'a rule for another client', rule: ['--client', 'nobody'] },
  { label: 'a rule for another topic', rule: ['--topic', 'nothing'] },
]

function measure(rule: readonly string[] | null): Promise<number> {
  return withCluster((cluster) => {
    if (rule !== null) runOttla(cluster, 'fault', 'rule', '--api', 'Produce', ...rule, '--drop')
    return produceThroughput(cluster, LOAD)
  })
}

buildProgram()
printHead()
const results = plans.map((plan) => ({ ...plan, runs: [] as number[] }))
for (let run = 0; run < RUNS; run++) {
  for (const { rule, runs } of results) runs.push(await measure(rule))
}
const without = median(results[0]?.runs ?? [])
for (const { label, runs } of results) {
  print({ what: `produce, 16 KB batches, acks=1, RF 1: ${label}`, target: null, unit: 'MB/s', runs })
}
for (const { label, runs } of results.slice(1)) {
  const shares = runs.map((each) => (100 * each) / without)
  print({ what: `${label}, of the throughput without`, target: null, unit: '%', runs: shares })
}
