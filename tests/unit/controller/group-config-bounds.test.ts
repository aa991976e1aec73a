import { describe, expect, it } from 'vitest'

import { groupConfigProblem } from '../../../src/broker/controller/group-config-bounds.ts'
import { noOverrides } from '../../../src/broker/metadata/configs/config-values.ts'

const NODE = ['node.id', '1'] as const

function problem(wanted: Readonly<Record<string, string>>, broker: Readonly<Record<string, string>> = {}) {
  return groupConfigProblem(
    new Map([NODE, ...Object.entries(broker)]),
    noOverrides,
    new Map(Object.entries(wanted)),
  )
}

describe('what a group may set for itself', () => {
  it.each(['45000', '60000'])('is a session time-out of %s ms by default', (value) => {
    expect(problem({ 'consumer.session.timeout.ms': value })).toBeNull()
  })

  it.each(['44999', '60001'])('is no session time-out of %s ms by default', (value) => {
    expect(problem({ 'consumer.session.timeout.ms': value })).toBe(
      `consumer.session.timeout.ms (${value}) must be between group.consumer.min.session.timeout.ms (45000) ` +
        'and group.consumer.max.session.timeout.ms (60000)',
    )
  })

  it.each(['4999', '15001'])('is no heartbeat interval of %s ms by default', (value) => {
    expect(problem({ 'consumer.heartbeat.interval.ms': value })).toContain(
      'group.consumer.min.heartbeat.interval.ms',
    )
  })

  it.each([
    ['consumer.assignment.interval.ms', '0', '15000', '15001'],
    ['share.assignment.interval.ms', '0', '15000', '15001'],
    ['share.session.timeout.ms', '45000', '60000', '60001'],
    ['share.heartbeat.interval.ms', '5000', '15000', '15001'],
    ['share.record.lock.duration.ms', '15000', '60000', '60001'],
  ])('is a %s from %s to %s by default, not %s', (name, least, most, more) => {
    expect([problem({ [name]: least }), problem({ [name]: most })]).toEqual([null, null])
    expect(problem({ [name]: more })).toContain(`${name} (${more}) must be between`)
  })

  it('is a heartbeat interval of a share group below its session time-out', () => {
    expect(
      problem(
        { 'share.session.timeout.ms': '6000', 'share.heartbeat.interval.ms': '6000' },
        { 'group.share.min.session.timeout.ms': '6000' },
      ),
    ).toBe('share.heartbeat.interval.ms (6000) must be less than share.session.timeout.ms (6000)')
  })

  it('is what the broker’s bounds leave', () => {
    expect(
      problem(
        { 'consumer.session.timeout.ms': '3000' },
        { 'group.consumer.min.session.timeout.ms': '2000', 'group.consumer.heartbeat.interval.ms': '500' },
      ),
    ).toBeNull()
  })

  it('is a heartbeat interval below the session time-out', () => {
    expect(
      problem(
        { 'consumer.session.timeout.ms': '6000', 'consumer.heartbeat.interval.ms': '6000' },
        { 'group.consumer.min.session.timeout.ms': '6000' },
      ),
    ).toBe('consumer.heartbeat.interval.ms (6000) must be less than consumer.session.timeout.ms (6000)')
  })

  it('is nothing of the broker’s business where it sets nothing', () => {
    expect(problem({})).toBeNull()
  })
})
