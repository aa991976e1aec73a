/** The cluster as its history tells it: fold the entries up to a moment, and this is what was so then. */
import type { HistoryEntry } from '../types.ts'

export interface BoardPartition {
  partition: number
  /** -1: none. */
  leader: number
  leaderEpoch: number
  partitionEpoch: number
  replicas: number[]
  isr: number[]
  addingReplicas: number[]
  removingReplicas: number[]
}

export interface BoardTopic {
  topicId: string
  topic: string
  partitions: BoardPartition[]
}

export interface BoardBroker {
  id: number
  host: string
  port: number
  rack: string | null
  epoch: number
  fenced: boolean
  inControlledShutdown: boolean
  /** Whether its thread lived, as the supervisor saw it. */
  running: boolean
  /** By a fault: alive, and silent. */
  frozen: boolean
}

export interface Board {
  /** Of the last entry in it; null before the first. */
  atMs: number | null
  controllerId: number | null
  controllerEpoch: number
  brokers: BoardBroker[]
  topics: BoardTopic[]
}

export function emptyBoard(): Board {
  return { atMs: null, controllerId: null, controllerEpoch: -1, brokers: [], topics: [] }
}

/** Changes the board by one entry; false for one that changes nothing on a board. */
export function applyToBoard(board: Board, { atMs, kind, brokerId, details }: HistoryEntry): boolean {
  const change = CHANGES[kind] ?? (isPartitionState(details) ? changePartition : null)
  if (change === null) return false
  change(board, brokerId, details)
  board.atMs = atMs
  return true
}

type Details = HistoryEntry['details']
type Change = (board: Board, brokerId: number | null, details: Details) => void

const CHANGES: Readonly<Record<string, Change>> = {
  'metadata-snapshot': replaceAll,
  'controller-elected': (board, brokerId, { controllerEpoch }) => {
    board.controllerId = brokerId
    board.controllerEpoch = Number(controllerEpoch)
  },
  'controller-resigned': (board, brokerId) => {
    if (board.controllerId === brokerId) board.controllerId = null
  },
  'broker-registered': (board, brokerId, { brokerEpoch, host, port, rack }) => {
    const broker = brokerOf(board, brokerId)
    if (broker === null) return
    const registered = { host: String(host), port: Number(port), rack: rack === null ? null : String(rack) }
    const state = {
      epoch: Number(brokerEpoch),
      fenced: true,
      inControlledShutdown: false,
      running: true,
      frozen: false,
    }
    Object.assign(broker, registered, state)
  },
  'broker-unfenced': (board, brokerId) => setBroker(board, brokerId, { fenced: false }),
  'broker-fenced': (board, brokerId) => setBroker(board, brokerId, { fenced: true }),
  'broker-controlled-shutdown': (board, brokerId) =>
    setBroker(board, brokerId, { inControlledShutdown: true }),
  'broker-unregistered': (board, brokerId) => {
    board.brokers = board.brokers.filter(({ id }) => id !== brokerId)
  },
  'broker-started': (board, brokerId) => setBroker(board, brokerId, { running: true }),
  'broker-stopped': gone,
  'broker-killed': gone,
  'broker-failed': gone,
  'cluster-stopped': (board) => {
    board.controllerId = null
    for (const broker of board.brokers) Object.assign(broker, { running: false, frozen: false })
  },
  'fault-applied': (board, brokerId, details) => setFrozen(board, brokerId, details, true),
  'fault-removed': (board, brokerId, details) => setFrozen(board, brokerId, details, false),
  'topic-created': addPartitions,
  'partitions-added': addPartitions,
  'topic-deleted': (board, _brokerId, { topicId }) => {
    board.topics = board.topics.filter((topic) => topic.topicId !== topicId)
  },
}

function setFrozen(board: Board, brokerId: number | null, { spec }: Details, frozen: boolean): void {
  if ((spec as { kind?: unknown } | undefined)?.kind === 'freeze') setBroker(board, brokerId, { frozen })
}

function gone(board: Board, brokerId: number | null): void {
  setBroker(board, brokerId, { running: false, frozen: false })
  if (board.controllerId === brokerId) board.controllerId = null
}

function setBroker(board: Board, brokerId: number | null, state: Partial<BoardBroker>): void {
  Object.assign(brokerOf(board, brokerId) ?? {}, state)
}

/** One the board has not seen yet begins fenced: a registration tells the rest. */
function brokerOf(board: Board, id: number | null): BoardBroker | null {
  if (id === null) return null
  const known = board.brokers.find((broker) => broker.id === id)
  if (known !== undefined) return known
  const state = { epoch: -1, fenced: true, inControlledShutdown: false, running: true, frozen: false }
  const broker: BoardBroker = { id, host: '', port: 0, rack: null, ...state }
  board.brokers = [...board.brokers, broker].sort((one, other) => one.id - other.id)
  return broker
}

function replaceAll(board: Board, _brokerId: number | null, details: Details): void {
  const known = new Map(board.brokers.map((broker) => [broker.id, broker]))
  const brokers = listOf(details.brokers) as unknown as Omit<BoardBroker, 'running' | 'frozen'>[]
  board.controllerId = Number(details.controllerId)
  board.controllerEpoch = Number(details.controllerEpoch)
  board.brokers = brokers
    .map((broker) => {
      const { running = !broker.fenced, frozen = false } = known.get(broker.id) ?? {}
      return { ...broker, running, frozen }
    })
    .sort((one, other) => one.id - other.id)
  board.topics = listOf(details.topics).map(({ topicId, topic, partitions }) => ({
    topicId: String(topicId),
    topic: String(topic),
    partitions: listOf(partitions).map((state, partition) => partitionOf({ ...state, partition })),
  }))
}

function addPartitions(board: Board, _brokerId: number | null, details: Details): void {
  for (const state of listOf(details.layout)) changePartition(board, null, { ...details, ...state })
}

function changePartition(board: Board, _brokerId: number | null, details: Details): void {
  const topicId = String(details.topicId)
  let topic = board.topics.find((each) => each.topicId === topicId)
  if (topic === undefined) {
    topic = { topicId, topic: String(details.topic), partitions: [] }
    board.topics.push(topic)
  }
  const state = partitionOf(details)
  const index = topic.partitions.findIndex(({ partition }) => partition === state.partition)
  if (index === -1) topic.partitions.push(state)
  else topic.partitions[index] = state
}

function isPartitionState({ topicId, partition, replicas }: Details): boolean {
  return typeof topicId === 'string' && typeof partition === 'number' && Array.isArray(replicas)
}

function partitionOf(details: Details): BoardPartition {
  return {
    partition: Number(details.partition),
    leader: Number(details.leader),
    leaderEpoch: Number(details.leaderEpoch),
    partitionEpoch: Number(details.partitionEpoch),
    replicas: numbersOf(details.replicas),
    isr: numbersOf(details.isr),
    addingReplicas: numbersOf(details.addingReplicas),
    removingReplicas: numbersOf(details.removingReplicas),
  }
}

function listOf(value: unknown): Details[] {
  return Array.isArray(value) ? (value as Details[]) : []
}

function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : []
}
