import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from './failures.ts'
import type { Failure } from './types.ts'

/*
 * The control channel: how another process asks the one that runs a cluster for what Kafka's protocol has no words
 * for (stop, kill a broker, …). A loopback socket with one JSON object a line, both ways. The first line is a Hello,
 * answered by a Welcome; after it come Calls, each answered by an Answer with its id, in any order.
 */

export const CONTROL_FILE = 'control.json'

/** No line of a client is longer; what an honest one sends has a hundred bytes. */
export const MAX_REQUEST_LINE_BYTES = 16 * 1024
/** A status of hundreds of brokers with their failures fits. */
export const MAX_ANSWER_LINE_BYTES = 1024 * 1024

/** What `control.json` tells about the process that runs the cluster; readable by its user only. */
export interface ControlFile {
  formatVersion: 1
  pid: number
  port: number
  /** Whoever can read the file may steer the cluster: the proof is to repeat this. */
  token: string
}

export interface Hello {
  token: string
}

export interface Welcome {
  welcome: 'ottla'
}

export type BrokerAction = 'kill' | 'stop' | 'start'

export type Call =
  | { id: number; method: 'status' }
  | { id: number; method: 'stop' }
  | { id: number; method: 'broker'; action: BrokerAction; brokerId: number }
  | { id: number; method: 'addBroker'; rack: string | null }
  | { id: number; method: 'removeBroker'; brokerId: number; allowFewerReplicas: boolean }
  /** Calls off what can be called off: the call with this id, of the same connection. */
  | { id: number; method: 'cancel'; callId: number }
  | { id: number; method: 'faults' }
  | { id: number; method: 'applyFault'; spec: unknown }
  | { id: number; method: 'removeFaults'; faultIds: number[] }
  | { id: number; method: 'clearFaults' }

export type Answer = { id: number; result: unknown } | { id: number; failure: Failure }

/** How far a call has come that takes its time; any number of them may come before its answer. */
export interface ProgressReport {
  id: number
  progress: unknown
}

export const brokerActions: readonly BrokerAction[] = ['kill', 'stop', 'start']

/** Null where there is none, or none that makes sense: a file nobody can use says the same as no file. */
export function readControlFile(directory: string): ControlFile | null {
  let text: string
  try {
    text = readFileSync(join(directory, CONTROL_FILE), 'utf8')
  } catch (error) {
    if (systemCode(error) !== '') return null
    throw error
  }
  const value = parseObject(text)
  if (value === null || value.formatVersion !== 1) return null
  const { pid, port, token } = value
  if (!isPositiveInteger(pid) || !isPositiveInteger(port) || typeof token !== 'string') return null
  return { formatVersion: 1, pid, port, token }
}

/** Whether a process exists; one of another user counts, though no signal may be sent to it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** Null for what is no JSON object. */
export function parseObject(line: string): Record<string, unknown> | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

/** Null for a line which is no call this version knows. */
export function parseCall(line: string): Call | null {
  const value = parseObject(line)
  if (value === null || typeof value.id !== 'number') return null
  const { id, method, brokerId } = value
  if (method === 'status' || method === 'stop') return { id, method }
  if (method === 'addBroker') return { id, method, rack: typeof value.rack === 'string' ? value.rack : null }
  if (method === 'removeBroker' && isPositiveInteger(brokerId)) {
    return { id, method, brokerId, allowFewerReplicas: value.allowFewerReplicas === true }
  }
  if (method === 'cancel' && typeof value.callId === 'number') return { id, method, callId: value.callId }
  if (method === 'faults' || method === 'clearFaults') return { id, method }
  // What a fault is made of is checked where it is applied, and refused with a sentence.
  if (method === 'applyFault') return { id, method, spec: value.spec }
  if (method === 'removeFaults' && isPositiveIntegers(value.faultIds)) {
    return { id, method, faultIds: value.faultIds }
  }
  const action = brokerActions.find((each) => each === value.action)
  if (method !== 'broker' || action === undefined || !isPositiveInteger(brokerId)) return null
  return { id, method, action, brokerId }
}

/** Cuts a stream of bytes into lines, and refuses one that never ends. */
export class LineReader {
  readonly #maxBytes: number
  #pending: Buffer = Buffer.alloc(0)

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that `chunk` completes; null as soon as a line is longer than allowed. */
  push(chunk: Buffer): string[] | null {
    const bytes = Buffer.concat([this.#pending, chunk])
    const lines: string[] = []
    let start = 0
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
      if (end - start > this.#maxBytes) return null
      lines.push(bytes.toString('utf8', start, end))
      start = end + 1
    }
    this.#pending = bytes.subarray(start)
    return this.#pending.length > this.#maxBytes ? null : lines
  }
}

function isPositiveIntegers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isPositiveInteger)
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
