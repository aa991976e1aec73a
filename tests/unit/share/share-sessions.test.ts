import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../../../src/broker/protocol/errors.ts'
import { FINAL_EPOCH, ShareSessions } from '../../../src/broker/share/share-sessions.ts'

describe('Share sessions', () => {
  const connection = {}
  let sessions: ShareSessions

  beforeEach(() => {
    sessions = new ShareSessions({ maxSessions: () => 2 })
  })

  it('are found by group and member, with their next epoch', () => {
    const { session } = sessions.open('g', 'm', connection)
    expect(sessions.find('g', 'm', 1)).toEqual({ session, errorCode: ErrorCode.NONE })
    expect(sessions.find('g', 'm', FINAL_EPOCH).session).toBe(session)
    expect(sessions.find('g', 'm', 2).errorCode).toBe(ErrorCode.INVALID_SHARE_SESSION_EPOCH)
    expect(sessions.find('h', 'm', 1).errorCode).toBe(ErrorCode.SHARE_SESSION_NOT_FOUND)
  })

  it('count from 1 again after the highest epoch', () => {
    const session = sessions.open('g', 'm', connection).session!
    session.epoch = 0x7fffffff
    session.advance()
    expect(session.epoch).toBe(1)
  })

  it('are limited, but a member may have a new one instead of its own', () => {
    sessions.open('g', 'm', connection)
    sessions.open('g', 'n', connection)
    expect(sessions.open('g', 'o', connection).errorCode).toBe(ErrorCode.SHARE_SESSION_LIMIT_REACHED)
    expect(sessions.open('g', 'n', connection).errorCode).toBe(ErrorCode.NONE)
    expect(sessions.size).toBe(2)
  })

  it('end with the connection they were opened by', () => {
    const other = {}
    sessions.open('g', 'm', connection)
    const { session } = sessions.open('g', 'n', other)
    expect(sessions.openedBy(other)).toEqual([session])
  })

  it('remember partitions until they are forgotten', () => {
    const session = sessions.open('g', 'm', connection).session!
    session.update(
      [
        { topicId: 't', partition: 0 },
        { topicId: 't', partition: 1 },
      ],
      [],
    )
    session.update([], [{ topicId: 't', partition: 0 }])
    expect([...session.partitions.values()]).toEqual([{ topicId: 't', partition: 1 }])
  })
})
