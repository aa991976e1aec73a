/** The Java client's share consumer, unchanged, against `ottla up`. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { useCluster } from '../../../clients/cluster.ts'
import { runProgram } from '../../../clients/program.ts'
import { fetchJars, jarFolder } from '../../maven.ts'

const FOLDER = import.meta.dirname
const JARS = 'java-share'

const missing = fetchJars(join(FOLDER, 'pom.xml'), JARS)
if (missing !== null) process.stderr.write(`The Java share consumer is not tested: ${missing}.\n`)

describe.skipIf(missing !== null)('the Java share consumer', () => {
  const cluster = useCluster({ config: { 'group.share.min.record.lock.duration.ms': '1000' } })

  async function run(scenario: string, topic = scenario): Promise<Record<string, number>> {
    const classPath = join(jarFolder(JARS), '*')
    const { code, out, err } = await runProgram('java', [
      '-cp',
      classPath,
      join(FOLDER, 'ShareGroups.java'),
      cluster().bootstrapServers,
      scenario,
      topic,
    ])
    if (code !== 0) throw new Error(err)
    const lines = out.trim().split('\n')
    return Object.fromEntries(
      lines.map((line) => line.split('=')).map(([name = '', value]) => [name, Number(value)]),
    )
  }

  test('two consumers share one partition, and no record goes to both', async () => {
    expect(await run('split')).toEqual({ records: 200, twice: 0, idle: 0 })
  })

  test('accepted and rejected records are done with, released ones come again', async () => {
    expect(await run('explicit')).toEqual({ more: 0, 'value-0': 1, 'value-1': 2, 'value-2': 1 })
  })

  test('what a hanging consumer holds goes to another when its lock is over', async () => {
    expect(await run('hang')).toEqual({ acquired: 5, redelivered: 5, deliveryCount: 2 })
  })

  test('what a dead consumer held goes to the next one', async () => {
    expect(await run('die', 'dead')).toEqual({ acquired: 5 })
    expect(await run('take', 'dead')).toEqual({ redelivered: 5 })
  })

  test('a record that is always released is delivered five times', async () => {
    expect(await run('limit')).toEqual({ deliveries: 5, lastDeliveryCount: 5 })
  })

  test('groups are listed, described, reset and deleted', async () => {
    expect(await run('admin')).toEqual({
      consumed: 10,
      listed: 1,
      members: 1,
      assigned: 1,
      start: 10,
      altered: 4,
      again: 6,
      left: 0,
    })
  })
})
