import type { Connection } from '@platformatic/kafka'
import { findCoordinatorV4, findCoordinatorV5, findCoordinatorV6 } from '@platformatic/kafka'
import type { ClusterAccess } from '../cluster-access.ts'
import { answered } from '../cluster-access.ts'
import { refuse } from '../refusals.ts'

const FIND_COORDINATOR = [findCoordinatorV6, findCoordinatorV5, findCoordinatorV4] as const
const GROUP = 0
const UNKNOWN_SERVER_ERROR = -1

export interface Coordinator {
  id: number
  connection: Connection
}

/** The broker that looks after a group just now. It moves when that broker dies, so it is asked for each time. */
export async function coordinatorOf(access: ClusterAccess, groupId: string): Promise<Coordinator> {
  const { api } = await access.choose(FIND_COORDINATOR)
  const { coordinators } = await answered(api.async(await access.any(), GROUP, [groupId]))
  const found = coordinators[0]
  refuse(found?.errorCode ?? UNKNOWN_SERVER_ERROR, found?.errorMessage)
  const id = found?.nodeId ?? -1
  await access.metadata([])
  return { id, connection: await access.broker(id) }
}
