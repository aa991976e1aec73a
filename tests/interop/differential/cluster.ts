import type { Address } from '../../wire/client.ts'

/** Three brokers, 1 to 3, whoever made them. */
export interface TestedCluster {
  readonly name: 'Apache Kafka' | 'Ottla'
  address(brokerId: number): Address
  /** Ends a broker at once, in the middle of whatever it does. */
  kill(brokerId: number): Promise<void>
  /** Ends a broker in good order: it hands its leaderships over first. */
  stop(brokerId: number): Promise<void>
  /** Starts a broker again after either. */
  start(brokerId: number): Promise<void>
  close(): Promise<void>
}

export const BROKER_IDS: readonly number[] = [1, 2, 3]

/** What both clusters are started with, so that waiting is short and the defaults compared are defaults. */
export const COMMON_CONFIG: Readonly<Record<string, string>> = {
  'broker.heartbeat.interval.ms': '500',
  'broker.session.timeout.ms': '3000',
  'group.initial.rebalance.delay.ms': '0',
  'group.share.min.record.lock.duration.ms': '1000',
  'offsets.topic.num.partitions': '3',
  'offsets.topic.replication.factor': '3',
  'unclean.leader.election.interval.ms': '1000',
}
