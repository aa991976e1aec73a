/** A group as scripts see it. */
import { offsetCommit } from '../../../../src/broker/protocol/messages/08-offset-commit.ts'
import { offsetFetch } from '../../../../src/broker/protocol/messages/09-offset-fetch.ts'
import { joinGroup } from '../../../../src/broker/protocol/messages/11-join-group.ts'
import { heartbeat } from '../../../../src/broker/protocol/messages/12-heartbeat.ts'
import { leaveGroup } from '../../../../src/broker/protocol/messages/13-leave-group.ts'
import { syncGroup } from '../../../../src/broker/protocol/messages/14-sync-group.ts'
import { describeGroups } from '../../../../src/broker/protocol/messages/15-describe-groups.ts'
import type { RequestInput } from '../../../../src/broker/protocol/api.ts'
import type { Client } from '../../../wire/client.ts'
import { joinRequest, stateOf, type JoinRequest } from '../../../wire/groups.ts'
import { commitRequest, type CommitRequest } from '../../../wire/offsets.ts'
import type { Topic } from '../../../wire/topics.ts'
import { until, type Session } from '../session.ts'

type SyncRequest = RequestInput<typeof syncGroup>
type OffsetFetchGroup = NonNullable<RequestInput<typeof offsetFetch>['groups']>[number]

export const UNKNOWN: Topic = { name: 'groups-unknown', id: '0123456789abcdef01234w' }

/** As `joinRequest` has it. */
const SAME_PROTOCOL = { protocolType: 'consumer', protocolName: 'range' }

/** One group and what members and others do to it, each on the connection of the group's coordinator. */
export class Group {
  readonly #session: Session
  readonly groupId: string
  readonly client: Client

  private constructor(session: Session, groupId: string, client: Client) {
    this.#session = session
    this.groupId = groupId
    this.client = client
  }

  static async find(session: Session, groupId: string): Promise<Group> {
    return new Group(session, groupId, await session.coordinatorOf(groupId))
  }

  join(step: string, different: Partial<JoinRequest> = {}, version = 9, client = this.client) {
    return this.#session.ask(step, client, joinGroup, version, joinRequest(version, this.groupId, different))
  }

  /** Joins without a look, as somebody new. @returns the member id to come again with */
  async newId(): Promise<string> {
    const { memberId } = await this.client.call(joinGroup, 9, joinRequest(9, this.groupId))
    return memberId
  }

  sync(step: string, request: Partial<SyncRequest>, version = 5, client = this.client) {
    return this.#session.ask(step, client, syncGroup, version, {
      groupId: this.groupId,
      ...SAME_PROTOCOL,
      ...request,
    })
  }

  beat(step: string, memberId: string, generationId: number, groupInstanceId: string | null = null) {
    return this.#session.ask(step, this.client, heartbeat, 4, {
      groupId: this.groupId,
      memberId,
      generationId,
      groupInstanceId,
    })
  }

  leave(step: string, memberId: string, groupInstanceId: string | null = null) {
    return this.#session.ask(step, this.client, leaveGroup, 5, {
      groupId: this.groupId,
      members: [{ memberId, groupInstanceId }],
    })
  }

  commit(
    step: string,
    topic: Topic,
    offsets: Record<number, number>,
    different: Partial<CommitRequest> = {},
    version = 10,
  ) {
    return this.#session.ask(
      step,
      this.client,
      offsetCommit,
      version,
      commitRequest(this.groupId, topic, offsets, different),
    )
  }

  fetch(step: string, different: Partial<OffsetFetchGroup>, version = 10) {
    const groups = [{ groupId: this.groupId, topics: null, ...different }]
    return this.#session.ask(step, this.client, offsetFetch, version, { groups })
  }

  describe(step: string, version = 6) {
    return this.#session.ask(step, this.client, describeGroups, version, { groups: [this.groupId] })
  }

  /** A sole member in a stable group. */
  async stable(different: Partial<JoinRequest> = {}): Promise<{ memberId: string; generationId: number }> {
    const memberId = different.groupInstanceId === undefined ? await this.newId() : ''
    const joined = await this.client.call(
      joinGroup,
      9,
      joinRequest(9, this.groupId, { ...different, memberId }),
    )
    const { generationId, memberId: id } = joined
    await this.client.call(syncGroup, 5, {
      groupId: this.groupId,
      generationId,
      memberId: id,
      ...SAME_PROTOCOL,
      assignments: [{ memberId: id, assignment: Buffer.from('all') }],
    })
    return { memberId: id, generationId }
  }

  async inState(state: string): Promise<void> {
    await until(
      `${this.groupId} to be ${state}`,
      async () => (await stateOf(this.client, this.groupId)) === state,
    )
  }
}

/** A second connection to the broker at the other end of a first. */
export async function sameBroker(session: Session, client: Client): Promise<Client> {
  return session.connect(await brokerOf(session, client))
}

export async function otherBroker(session: Session, client: Client): Promise<number> {
  return ((await brokerOf(session, client)) % 3) + 1
}

export async function brokerOf(session: Session, client: Client): Promise<number> {
  for (const id of [1, 2, 3]) if ((await session.client(id)) === client) return id
  throw new Error('The connection is none of the shared ones.')
}
