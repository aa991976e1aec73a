import { apiVersions } from '../../../src/broker/protocol/messages/18-api-versions.ts'
import { BROKER_IDS, type TestedCluster } from './cluster.ts'
import type { Seen } from './compare.ts'
import { Session } from './session.ts'
import type { Scenario } from './scenarios/scenario.ts'

const START_TIMEOUT_MS = 120_000

/** Plays scenarios one after the other; a script that breaks off is seen too, as its last step. */
export async function play(
  cluster: TestedCluster,
  scenarios: readonly Scenario[],
): Promise<Map<string, Seen>> {
  await started(cluster)
  const seen = new Map<string, Seen>()
  for (const scenario of scenarios) {
    const session = new Session(cluster)
    try {
      await session.aliveAre(BROKER_IDS)
      const missing = await missingApis(session, scenario)
      if (missing.length === 0) await scenario.run(session)
      else session.see('cannot be played without APIs', missing.join())
    } catch (error) {
      session.see('broke off', String(error))
      await session.restore()
    } finally {
      session.close()
      seen.set(scenario.name, session.seen)
    }
  }
  return seen
}

/** Three Java machines that start at once on a busy machine take their time, which is none of a scenario's. */
async function started(cluster: TestedCluster): Promise<void> {
  const session = new Session(cluster)
  try {
    await session.aliveAre(BROKER_IDS, `${cluster.name} to start`, START_TIMEOUT_MS)
  } finally {
    session.close()
  }
}

async function missingApis(session: Session, { needs = [] }: Scenario): Promise<number[]> {
  const client = await session.client()
  const software = { clientSoftwareName: 'scenario', clientSoftwareVersion: '1.0' }
  const { apiKeys } = await client.call(apiVersions, 3, software)
  return needs.filter((key) => !apiKeys.some(({ apiKey }) => apiKey === key))
}
