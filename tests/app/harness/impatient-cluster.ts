import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ottla } from './ottla.ts'
import { runCluster } from './running-cluster.ts'
import { expect } from './test.ts'

/** As `ottla up --set` would have it: what takes Kafka many seconds, takes one or two here. */
const IMPATIENT = {
  'broker.heartbeat.interval.ms': '300',
  'broker.session.timeout.ms': '2000',
  'replica.lag.time.max.ms': '1500',
  'replica.fetch.wait.max.ms': '200',
}

/** A cluster whose brokers are soon missed. */
export async function runImpatientCluster(ottla: Ottla): Promise<string> {
  const servers = await runCluster(ottla)
  await ottla.overview.button('Stop cluster').click()
  await expect(ottla.overview.state).toHaveText('Stopped')
  const path = join(ottla.home, 'clusters', 'local', 'cluster.json')
  const definition = JSON.parse(await readFile(path, 'utf8')) as { config: Record<string, string> }
  await writeFile(path, JSON.stringify({ ...definition, config: IMPATIENT }))
  await ottla.shell.run('Start cluster local')
  await expect(ottla.overview.state).toHaveText('Running')
  return servers
}
