/**
 * The same scripts on a real Apache Kafka and on Ottla, what was seen compared field by field: nothing may differ but
 * what `known-differences.ts` says, and all of that must.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { ApacheKafka, prepareApacheKafka } from './apache-kafka.ts'
import type { TestedCluster } from './cluster.ts'
import { ABSENT, differencesBetween, type Difference, type Seen } from './compare.ts'
import { APACHE_KAFKA_VERSION, KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts'
import { Ottla } from './ottla.ts'
import { play } from './play.ts'
import { scenarios } from './scenarios/index.ts'

const PLAY_TIMEOUT_MS = 300_000

const missing = prepareApacheKafka()
if (missing !== null) process.stderr.write(`Ottla is not compared with Apache Kafka: ${missing}.\n`)

const known = KNOWN_DIFFERENCES.flatMap(({ at, onlyWhere }) =>
  at.map((pattern) => ({ pattern, explains: explainer(pattern, onlyWhere) })),
)

describe.skipIf(missing !== null)(`beside Apache Kafka ${APACHE_KAFKA_VERSION}`, () => {
  let kafka = new Map<string, Seen>()
  let ottla = new Map<string, Seen>()

  // One after the other: two clusters at once would be slow, and slowness shows in what is seen.
  beforeAll(async () => {
    kafka = await playedOn(ApacheKafka.start())
    ottla = await playedOn(Ottla.start())
  }, 2 * PLAY_TIMEOUT_MS)

  const differencesOf = (name: string): Difference[] =>
    differencesBetween(name, kafka.get(name) ?? {}, ottla.get(name) ?? {})

  test.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const unknown = differencesOf(name).filter(
      (difference) => !known.some(({ explains }) => explains(difference)),
    )
    expect(unknown).toEqual([])
  })

  test('every known difference is still one', () => {
    const seen = scenarios.flatMap(({ name }) => differencesOf(name))
    const gone = known.filter(({ explains }) => !seen.some(explains))
    expect(gone.map(({ pattern }) => pattern)).toEqual([])
  })

  test('no script broke off', () => {
    const broken = [...kafka, ...ottla].filter(([, seen]) => 'broke off' in seen)
    expect(broken.map(([name, seen]) => [name, seen['broke off']])).toEqual([])
  })
})

async function playedOn(starting: Promise<TestedCluster>): Promise<Map<string, Seen>> {
  const cluster = await starting
  try {
    return await play(cluster, scenarios)
  } finally {
    await cluster.close()
  }
}

/** `*` in a pattern stands for anything. */
function explainer(pattern: string, onlyWhere: KnownDifference['onlyWhere']) {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  const matcher = new RegExp(`^${parts.join('.*')}$`)
  return ({ at, kafka, ottla }: Difference): boolean =>
    matcher.test(at) &&
    (onlyWhere !== 'Ottla has none' || ottla === ABSENT) &&
    (onlyWhere !== 'Kafka has none' || kafka === ABSENT)
}
